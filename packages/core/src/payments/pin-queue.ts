/*
 * Which pins expire next: a heap by the time of the first dispatch. Payments are concluded nearly in that order, so
 * adding is a push in nearly every case. A queue in the order of conclusions would do for clocks that never go back;
 * for those that do, one young pin at its head would keep expired ones behind it, and a full journal full.
 */

const looksPerPrune = 8

interface Pin {
  readonly key: string
  readonly at: number
}

/** Keys with a pin, the first that was dispatched first. Each counts once, however often it is added. */
export class PinQueue {
  readonly #heap: Pin[] = []
  readonly #pins = new Map<string, Pin>()

  get isEmpty(): boolean {
    return this.#heap.length === 0
  }

  /** @param at when the pinned payment was first dispatched */
  add(key: string, at: number): void {
    if (this.#pins.get(key)?.at === at) return
    const pin = { key, at }
    this.#pins.set(key, pin)
    this.#rise(pin)
  }

  /** Takes from the head what `judge` calls gone, a few at most, up to the first that it keeps. */
  prune(judge: (key: string) => 'gone' | 'keep'): void {
    for (let look = 0; look < looksPerPrune; look += 1) {
      const pin = this.#heap[0]
      if (pin === undefined) return
      if (this.#pins.get(pin.key) === pin) {
        if (judge(pin.key) === 'keep') return
        this.#pins.delete(pin.key)
      }
      this.#takeHead()
    }
  }

  #rise(pin: Pin): void {
    let index = this.#heap.length
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = this.#heap[above]
      if (parent === undefined || parent.at <= pin.at) break
      this.#heap[index] = parent
      index = above
    }
    this.#heap[index] = pin
  }

  #takeHead(): void {
    const last = this.#heap.pop()
    if (last === undefined || this.#heap.length === 0) return
    let index = 0
    for (;;) {
      const below = this.#earlierBelow(index)
      const child = this.#heap[below]
      if (child === undefined || child.at >= last.at) break
      this.#heap[index] = child
      index = below
    }
    this.#heap[index] = last
  }

  #earlierBelow(index: number): number {
    const left = 2 * index + 1
    const right = left + 1
    return (this.#heap[right]?.at ?? Infinity) < (this.#heap[left]?.at ?? Infinity) ? right : left
  }
}
