import { EventQueue } from '../simulation/event-queue.ts'

/*
 * The time of one run. Between two events everything that waits on promises goes on as far as it can, if an event has
 * touched it (most do not: a server that works on a request touches no process). A callback that is given to `process.nextTick`
 * from within a microtask runs when no microtask is left, so what happens between two events depends on nothing but the
 * events, and it costs a fraction of a turn of the event loop.
 */

/** Events of a run, in the order of their times. */
export class Timeline {
  readonly #events = new EventQueue<() => void>()
  #isStirred = true
  nowMs = 0
  #failure: Error | undefined

  /** A time that has passed counts as now. */
  at(atMs: number, event: () => void): void {
    this.#events.add(atMs > this.nowMs ? atMs : this.nowMs, event)
  }

  after(ms: number, event: () => void): void {
    this.#events.add(this.nowMs + ms, event)
  }

  /** Somebody who waits on promises was touched: they go on before the next event. */
  stir(): void {
    this.#isStirred = true
  }

  /** Ends the run: `runUntil` rejects with this before the next event. Only the first failure counts. */
  fail(error: Error): void {
    this.#failure ??= error
  }

  /** Lets everything happen up to this time. */
  async runUntil(untilMs: number): Promise<void> {
    this.#isStirred = true
    for (;;) {
      if (this.#isStirred) {
        this.#isStirred = false
        await settled()
      }
      if (this.#failure !== undefined) throw this.#failure
      if (this.#events.nextAtMs > untilMs) break
      this.nowMs = this.#events.nextAtMs
      this.#events.take()?.()
    }
    this.nowMs = untilMs
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve)
  })
}
