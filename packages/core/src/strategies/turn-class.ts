/*
 * Servers of equal weight in smooth weighted round robin. All their values rise alike, so the order of the values is the
 * order of the keys. Whoever has a turn falls by the same sum, and nobody's key ever rises: those that had a turn come
 * back in the order in which they went. So two queues suffice, one of those that still wait for their first turn in this
 * list, sorted once, and one of the others, in which everybody is appended.
 */

/** The indexes of one weight, in the order of their turns. */
export class TurnClass {
  readonly weight: number
  readonly #keys: Float64Array
  readonly #first: readonly number[]
  #firstAt = 0
  /** A ring with room for everybody. */
  readonly #again: number[]
  #againAt = 0
  #againCount = 0
  /** Whose turn it is, and the key; of equal keys the lower index comes first. */
  head = -1
  headKey = 0

  /** @param members rising indexes into `keys` */
  constructor(weight: number, members: readonly number[], keys: Float64Array) {
    this.weight = weight
    this.#keys = keys
    this.#first = members.toSorted((one, other) => (keys[other] ?? 0) - (keys[one] ?? 0) || one - other)
    this.#again = [...members]
    this.readHead()
  }

  /** The head has had its turn, which costs it `sum`. */
  turn(sum: number): void {
    const { head } = this
    const size = this.#again.length
    if (this.#firstAt < size && this.#first[this.#firstAt] === head) {
      this.#firstAt += 1
    } else {
      this.#againAt = this.#againAt + 1 < size ? this.#againAt + 1 : 0
      this.#againCount -= 1
    }
    this.#keys[head] = this.headKey - sum
    const end = this.#againAt + this.#againCount
    this.#again[end < size ? end : end - size] = head
    this.#againCount += 1
    this.readHead()
  }

  /** To be called when all keys have changed by the same number. */
  readHead(): void {
    const first = this.#first[this.#firstAt] ?? -1
    const again = this.#againCount === 0 ? -1 : (this.#again[this.#againAt] ?? -1)
    const isAgain = first === -1 || (again !== -1 && this.#isBefore(again, first))
    this.head = isAgain ? again : first
    this.headKey = this.#keys[this.head] ?? 0
  }

  #isBefore(one: number, other: number): boolean {
    const key = this.#keys[one] ?? 0
    const otherKey = this.#keys[other] ?? 0
    return key > otherKey || (key === otherKey && one < other)
  }
}
