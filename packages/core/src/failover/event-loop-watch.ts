/*
 * A deadline that passes while our own event loop stands still says nothing about the server: its answer may lie in the
 * socket, unread. So while attempts are under way a tick is repeated, and by how much it comes late is counted.
 */

const tickMs = 20
/* Timers are late by a little even when all is well. */
const toleratedMs = 5

/** Time and ticks of the machine. */
export interface Ticker {
  now(): number
  /** Calls `tick` again and again until the function that comes back is called. */
  repeatEvery(ms: number, tick: () => void): () => void
}

/** Counts for how long the event loop was blocked while something was watched. */
export class EventLoopWatch {
  readonly #ticker: Ticker
  #watched = 0
  #stop: (() => void) | undefined
  #dueMs = 0
  #blockedMs = 0

  constructor(ticker: Ticker) {
    this.#ticker = ticker
  }

  /** Begins to watch. @returns `blockedMsAt` this moment */
  begin(nowMs: number): number {
    this.#watched += 1
    if (this.#stop === undefined) {
      this.#dueMs = nowMs + tickMs
      this.#stop = this.#ticker.repeatEvery(tickMs, () => this.#tick())
    }
    return this.blockedMsAt(nowMs)
  }

  end(): void {
    this.#watched -= 1
  }

  /** All the milliseconds that were lost so far, with those of a tick that is late right now. */
  blockedMsAt(nowMs: number): number {
    return this.#blockedMs + (this.#stop === undefined ? 0 : lateness(nowMs - this.#dueMs))
  }

  /* Stops only here, so that many short attempts share one timer. */
  #tick(): void {
    const nowMs = this.#ticker.now()
    this.#blockedMs += lateness(nowMs - this.#dueMs)
    this.#dueMs = nowMs + tickMs
    if (this.#watched > 0) return
    this.#stop?.()
    this.#stop = undefined
  }
}

function lateness(ms: number): number {
  return ms > toleratedMs ? ms : 0
}
