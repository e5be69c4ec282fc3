/*
 * The only ambient time and chance in core. Everything else gets a clock and a random source handed down, so that a
 * simulation can own both and a test never waits.
 */

/** An AbortSignal, as far as it is needed here: whoever makes thousands a second may give something cheaper. */
export interface Cancellation {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(
    type: 'abort',
    listener: (() => void) | { handleEvent(): void },
    options?: { readonly once?: boolean },
  ): void
  removeEventListener(type: 'abort', listener: (() => void) | { handleEvent(): void }): void
}

/** A source of time. Give your own to `createBalancer` in tests and simulations. */
export interface Clock {
  /** Milliseconds on a clock that never goes back; only differences mean anything. */
  now(): number
  /** Milliseconds since 1970, for records that people or other processes read. May jump. */
  wallTime(): number
  /** Resolves after `ms` milliseconds, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: Cancellation): Promise<void>
}

/** A source of chance: a number in [0, 1), like `Math.random`. */
export type Random = () => number

/* A longer timer would fire at once. */
const longestTimerMs = 2_147_483_647

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve()
      const wake = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, Math.min(ms, longestTimerMs))
      signal?.addEventListener('abort', wake, { once: true })
    }),
}

/**
 * The same clock, held to its promise: where a given one goes back all the same, time stands still for that moment and
 * goes on from there. An ejection then lasts as long as it should, and no window counts backwards.
 */
export function neverGoingBack(clock: Clock): Clock {
  if (clock === systemClock) return clock
  let lastMs = -Infinity
  let aheadMs = 0
  const now = (): number => {
    const nowMs = clock.now()
    if (nowMs < lastMs) aheadMs += lastMs - nowMs
    lastMs = nowMs
    return nowMs + aheadMs
  }
  return { now, wallTime: () => clock.wallTime(), sleep: (ms, signal) => clock.sleep(ms, signal) }
}

/** Calls `tick` every `ms` milliseconds, without keeping the process alive, until the function that comes back is called. */
export function repeatEvery(ms: number, tick: () => void): () => void {
  const timer = setInterval(tick, ms)
  timer.unref?.()
  return () => clearInterval(timer)
}

/** The machine's own chance. */
export const systemRandom: Random = Math.random
