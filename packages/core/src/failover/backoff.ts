import type { Outcome } from '../outcome/outcome.ts'

/* Full jitter spreads callers that failed together. Source: "Exponential Backoff And Jitter", AWS Architecture Blog. */

const firstMs = 25
const lastMs = 250

/**
 * How long to wait before attempt `attempts + 1`, in milliseconds. Moving on to another server after nothing was sent
 * needs no wait: the next server has done nothing wrong. The same server is not asked again before the time it named.
 */
export function backoffMs(outcome: Outcome, attempts: number, sameServer: boolean, random: () => number): number {
  if (outcome.kind === 'not-sent' && !sameServer) return 0
  const jitteredMs = random() * Math.min(lastMs, firstMs * 2 ** (attempts - 1))
  return sameServer ? Math.max(jitteredMs, outcome.retryAfterMs ?? 0) : jitteredMs
}
