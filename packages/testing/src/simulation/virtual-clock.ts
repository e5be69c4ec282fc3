import type { Clock } from '@paylb/core'
import { EventQueue } from './event-queue.ts'

/*
 * Time that only moves when it is told to. Nothing waits: an hour passes as fast as what happens in it can be computed,
 * and it passes the same way every time.
 */

/** A clock that stands still until it is moved. Give it to `createBalancer` as `clock`. */
export interface VirtualClock extends Clock {
  /** Runs `event` when the clock gets to `atMs`; a time that has passed counts as now. */
  schedule(atMs: number, event: () => void): void
  /** Moves on to the next event and runs it. False when there is none. For code without promises. */
  step(): boolean
  /**
   * Moves the clock on by `ms`. Everything due on the way runs at its time and in order, and whoever slept until then
   * goes on before the clock moves further.
   */
  advanceBy(ms: number): Promise<void>
}

/**
 * Makes a virtual clock.
 *
 * @example
 * const clock = virtualClock()
 * const balancer = createBalancer({ servers, clock, random: seededRandom(1) })
 * await clock.advanceBy(10_000)
 * @param wallTimeMs what `wallTime()` says at the start, in milliseconds since 1970
 */
export function virtualClock({ wallTimeMs = 0 }: { readonly wallTimeMs?: number } = {}): VirtualClock {
  const events = new EventQueue<() => void>()
  let nowMs = 0

  function schedule(atMs: number, event: () => void): void {
    events.add(atMs > nowMs ? atMs : nowMs, event)
  }

  function step(): boolean {
    if (events.nextAtMs === Infinity) return false
    nowMs = events.nextAtMs
    events.take()?.()
    return true
  }

  return {
    now: () => nowMs,
    wallTime: () => wallTimeMs + nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve()
        const wake = (): void => {
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        signal?.addEventListener('abort', wake, { once: true })
        schedule(nowMs + ms, wake)
      }),
    schedule,
    step,
    advanceBy: async (ms) => {
      const untilMs = nowMs + Math.max(0, ms)
      await others()
      while (events.nextAtMs <= untilMs) {
        step()
        await others()
      }
      nowMs = untilMs
    },
  }
}

/* Lets everything that waits on promises go on as far as it can. */
function others(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
