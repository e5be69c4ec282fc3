/*
 * A binary heap of indexes that knows where each one stands, so that any of them can be moved or taken out.
 */

/** Keeps some of the indexes below `size` so that the first one is at hand. */
export class CandidateHeap {
  readonly #isBefore: (one: number, other: number) => boolean
  readonly #heap: Int32Array
  /** Where each index stands; -1 where it is not in the heap. */
  readonly #places: Int32Array
  #length = 0

  constructor(size: number, isBefore: (one: number, other: number) => boolean) {
    this.#isBefore = isBefore
    this.#heap = new Int32Array(size)
    this.#places = new Int32Array(size).fill(-1)
  }

  /** Puts in all indexes; there must be none yet. */
  fill(): void {
    this.#length = this.#heap.length
    for (let index = 0; index < this.#length; index += 1) this.#put(index, index)
    for (let place = (this.#length >> 1) - 1; place >= 0; place -= 1) this.#sink(place)
  }

  /** The first index; -1 when there is none. */
  get first(): number {
    return this.#length === 0 ? -1 : (this.#heap[0] ?? -1)
  }

  has(index: number): boolean {
    return this.#places[index] !== -1
  }

  /** Puts an index in, or in its right place after its key has changed. */
  place(index: number): void {
    let place = this.#places[index] ?? -1
    if (place === -1) {
      place = this.#length
      this.#length += 1
      this.#put(index, place)
    }
    this.#rise(place)
    this.#sink(this.#places[index] ?? 0)
  }

  remove(index: number): void {
    const place = this.#places[index] ?? -1
    if (place === -1) return
    this.#length -= 1
    const last = this.#heap[this.#length] ?? -1
    this.#places[index] = -1
    if (last === index) return
    this.#put(last, place)
    this.place(last)
  }

  #put(index: number, place: number): void {
    this.#heap[place] = index
    this.#places[index] = place
  }

  #rise(from: number): void {
    const index = this.#heap[from] ?? -1
    let place = from
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = this.#heap[above] ?? -1
      if (!this.#isBefore(index, parent)) break
      this.#put(parent, place)
      place = above
    }
    this.#put(index, place)
  }

  #sink(from: number): void {
    const index = this.#heap[from] ?? -1
    let place = from
    for (let below = 2 * place + 1; below < this.#length; below = 2 * place + 1) {
      const right = below + 1
      const isRightFirst = right < this.#length && this.#isBefore(this.#heap[right] ?? -1, this.#heap[below] ?? -1)
      const child = isRightFirst ? right : below
      const lesser = this.#heap[child] ?? -1
      if (!this.#isBefore(lesser, index)) break
      this.#put(lesser, place)
      place = child
    }
    this.#put(index, place)
  }
}
