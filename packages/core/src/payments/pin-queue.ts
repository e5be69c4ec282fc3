/*
 * Which pins expire next. A payment is concluded soon after its first dispatch, so the order of conclusions is nearly
 * that of expiry, and a queue is enough: each look takes at most a few from its head. A pin behind a younger one waits
 * for it, and whoever looks a key up sees for himself whether its pin has expired.
 */

const looksPerPrune = 8
const shortestCompaction = 1_024

interface Pin {
  readonly key: string
}

/** Keys with a pin, the next to expire first. Each stands in it once, however often it is added. */
export class PinQueue {
  readonly #pins = new Map<string, Pin>()
  #queue: Pin[] = []
  #head = 0

  add(key: string): void {
    if (this.#pins.has(key)) return
    const pin = { key }
    this.#pins.set(key, pin)
    this.#queue.push(pin)
  }

  /** The key begins anew: its next pin stands at the end. */
  remove(key: string): void {
    this.#pins.delete(key)
  }

  /** Takes from the head what `judge` calls gone, a few at most, up to the first that it keeps. */
  prune(judge: (key: string) => 'gone' | 'keep'): void {
    for (let look = 0; look < looksPerPrune; look += 1) {
      const pin = this.#queue[this.#head]
      if (pin === undefined) break
      if (this.#pins.get(pin.key) === pin) {
        if (judge(pin.key) === 'keep') break
        this.#pins.delete(pin.key)
      }
      this.#head += 1
    }
    if (this.#head < shortestCompaction || this.#head * 2 < this.#queue.length) return
    this.#queue = this.#queue.slice(this.#head)
    this.#head = 0
  }
}
