/*
 * What happens next: a binary heap by time. Two events at the same time happen in the order in which they were added;
 * otherwise a run would depend on the shape of the heap, and the same seed could give another result.
 */

interface Entry<Event> {
  readonly atMs: number
  readonly order: number
  readonly event: Event
}

/** Events by time, earliest first; of two at the same time, the one that was added first. */
export class EventQueue<Event> {
  readonly #heap: Entry<Event>[] = []
  #added = 0

  /** When the next event is due; infinite when there is none. */
  get nextAtMs(): number {
    return this.#heap[0]?.atMs ?? Infinity
  }

  add(atMs: number, event: Event): void {
    this.#added += 1
    const entry = { atMs, order: this.#added, event }
    let index = this.#heap.length
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = this.#heap[parentIndex]
      if (parent === undefined || !isBefore(entry, parent)) break
      this.#heap[index] = parent
      index = parentIndex
    }
    this.#heap[index] = entry
  }

  /** Takes the next event out. */
  take(): Event | undefined {
    const first = this.#heap[0]
    const last = this.#heap.pop()
    if (last !== undefined && this.#heap.length > 0) this.#sinkFromTop(last)
    return first?.event
  }

  #sinkFromTop(entry: Entry<Event>): void {
    let index = 0
    for (;;) {
      const childIndex = this.#smallerChild(2 * index + 1)
      const child = this.#heap[childIndex]
      if (child === undefined || !isBefore(child, entry)) break
      this.#heap[index] = child
      index = childIndex
    }
    this.#heap[index] = entry
  }

  #smallerChild(leftIndex: number): number {
    const left = this.#heap[leftIndex]
    const right = this.#heap[leftIndex + 1]
    return left !== undefined && right !== undefined && isBefore(right, left) ? leftIndex + 1 : leftIndex
  }
}

function isBefore(one: Entry<unknown>, other: Entry<unknown>): boolean {
  return one.atMs === other.atMs ? one.order < other.order : one.atMs < other.atMs
}
