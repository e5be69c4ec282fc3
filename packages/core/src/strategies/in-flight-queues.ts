/*
 * Queues in the order of the last pick: one for each weight and number of requests in flight. Whoever is picked goes to
 * the end of the next queue, and whoever is released goes to the end of the one before, as long as requests end in the
 * order in which they began. All of that takes constant time; what comes out of order is not kept here.
 */

const none = -1

/** Queues of indexes below `size`, by weight class and number of requests in flight. */
export class InFlightQueues {
  readonly #next: Int32Array
  readonly #previous: Int32Array
  /** By class, then by requests in flight. */
  readonly #heads: number[][]
  readonly #tails: number[][]
  /** By class: no queue below this one has anybody. */
  readonly #least: number[]

  constructor(size: number, classes: number) {
    this.#next = new Int32Array(size).fill(none)
    this.#previous = new Int32Array(size).fill(none)
    this.#heads = Array.from({ length: classes }, () => [])
    this.#tails = Array.from({ length: classes }, () => [])
    this.#least = Array.from({ length: classes }, () => 0)
  }

  /** The first of the class with the fewest in flight; -1 where the queues are empty. */
  first(ofClass: number): number {
    const heads = this.#heads[ofClass] ?? []
    let least = this.#least[ofClass] ?? 0
    while (least < heads.length && heads[least] === none) least += 1
    this.#least[ofClass] = least
    return heads[least] ?? none
  }

  /** The last one of a queue; -1 when it is empty. */
  last(ofClass: number, inFlight: number): number {
    return this.#tails[ofClass]?.[inFlight] ?? none
  }

  append(index: number, ofClass: number, inFlight: number): void {
    const heads = this.#heads[ofClass] ?? []
    const tails = this.#tails[ofClass] ?? []
    while (heads.length <= inFlight) {
      heads.push(none)
      tails.push(none)
    }
    const before = tails[inFlight] ?? none
    if (before === none) heads[inFlight] = index
    else this.#next[before] = index
    this.#previous[index] = before
    this.#next[index] = none
    tails[inFlight] = index
    if (inFlight < (this.#least[ofClass] ?? 0)) this.#least[ofClass] = inFlight
  }

  remove(index: number, ofClass: number, inFlight: number): void {
    const before = this.#previous[index] ?? none
    const after = this.#next[index] ?? none
    const heads = this.#heads[ofClass] ?? []
    const tails = this.#tails[ofClass] ?? []
    if (before === none) heads[inFlight] = after
    else this.#next[before] = after
    if (after === none) tails[inFlight] = before
    else this.#previous[after] = before
  }
}
