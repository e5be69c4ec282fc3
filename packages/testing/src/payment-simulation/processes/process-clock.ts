import type { Clock } from '@paylb/core'
import type { Incarnation } from './incarnation.ts'

const startOfTimeMs = 1_750_000_000_000
/* Less than any time that is waited for; virtual times are sums of fractions. */
const roundingMs = 1e-6

/*
 * What a process sees of time. It stands still for a process whose machine is suspended, and runs on for one that is
 * merely stopped; its wall clock is set by others. Nobody wakes in a paused process, and nobody in a dead one.
 */

/** The clock of one life of a process. */
export class ProcessClock implements Clock {
  readonly #incarnation: Incarnation

  constructor(incarnation: Incarnation) {
    this.#incarnation = incarnation
  }

  now(): number {
    const { world, process } = this.#incarnation
    return world.timeline.nowMs - process.suspendedMs
  }

  wallTime(): number {
    const { world, process } = this.#incarnation
    return startOfTimeMs + world.timeline.nowMs + process.wallOffsetMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (!this.#incarnation.interact()) return new Promise(() => {})
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve()
      const wake = (): void => {
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      signal?.addEventListener('abort', wake, { once: true })
      this.#wakeAt(this.now() + ms, wake)
    })
  }

  #wakeAt(dueMs: number, wake: () => void): void {
    const ms = dueMs - this.now()
    /* A wait too short to move the time on would be waited for again and again. */
    this.#incarnation.later(ms > 0 ? Math.max(ms, roundingMs) : ms, () => {
      if (dueMs - this.now() < roundingMs) wake()
      else this.#wakeAt(dueMs, wake)
    })
  }
}
