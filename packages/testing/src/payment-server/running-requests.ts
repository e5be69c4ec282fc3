import { setTimeout as delay } from 'node:timers/promises'

/*
 * A payment outlives its connection: the caller may have hung up while the payment still waits. So a server that
 * closes waits for the work, not only for the connections.
 */

/** The requests that a server works on, whether or not their callers still wait. */
export interface RunningRequests {
  add(work: Promise<void>): void
  /** Resolves when nothing runs any more. */
  allEnded(): Promise<void>
}

export function createRunningRequests(): RunningRequests {
  const running = new Set<Promise<void>>()
  return {
    add(work) {
      const ended = work.finally(() => running.delete(ended))
      running.add(ended)
    },
    async allEnded() {
      await Promise.allSettled(running)
    },
  }
}

/** Waits for `work`, but no longer than `withinMs`. */
export async function waitAtMost(withinMs: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController()
  await Promise.race([work, delay(withinMs, undefined, { signal: timer.signal }).catch(() => undefined)])
  timer.abort()
}
