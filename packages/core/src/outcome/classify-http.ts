import { defaultLedgerProfile } from '../payments/ledger.ts'
import type { LedgerProfile } from '../payments/ledger.ts'
import type { OutcomeKind } from './outcome.ts'

/* The only file that knows what an HTTP status means for a payment. */

const byStatus: Readonly<Record<number, OutcomeKind>> = {
  202: 'pending',
  401: 'unauthorized',
  402: 'declined',
  403: 'unauthorized',
  408: 'unknown',
  421: 'refused',
  425: 'refused',
  429: 'overloaded',
  499: 'unknown',
  503: 'overloaded',
}

type LedgerStatuses = Pick<LedgerProfile, 'inProgress' | 'mismatch' | 'notExecuted'>

/**
 * What a complete answer with this status means. An unexpected status is `unknown`, never a failure that was proven.
 *
 * @param request `safe`: GET, HEAD, OPTIONS or a route marked idempotent; `keyed`: carries an idempotency key
 * @param ledger what the server's ledger says with which status
 */
export function classifyHttp(
  status: number,
  request: { safe: boolean; keyed: boolean },
  ledger: LedgerStatuses = defaultLedgerProfile,
): OutcomeKind {
  if (ledger.notExecuted.includes(status)) return 'refused'
  if (!request.safe && request.keyed) {
    if (ledger.inProgress.includes(status)) return 'in-progress'
    if (ledger.mismatch.includes(status)) return 'key-misuse'
  }
  const fixed = byStatus[status]
  if (fixed !== undefined) return fixed
  if (status === 409 && !request.safe) return 'unknown'
  if (status >= 200 && status < 300) return 'succeeded'
  if (status >= 300 && status < 400) return request.safe ? 'succeeded' : 'unknown'
  if (status >= 400 && status < 500) return 'rejected'
  return 'unknown'
}

const maxRetryAfterMs = 300_000
const httpDate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .* \d\d:\d\d:\d\d (GMT|\d{4})$/u

/**
 * Reads `Retry-After`: seconds or an HTTP date (RFC 9110, section 10.2.3).
 *
 * @returns milliseconds from now, at most 300 s; undefined for nonsense
 */
export function readRetryAfter(header: string | null, wallTimeMs: number): number | undefined {
  if (header === null) return undefined
  const text = header.trim()
  const ms = /^\d+$/u.test(text) ? Number(text) * 1000 : readHttpDate(text) - wallTimeMs
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), maxRetryAfterMs)
}

/* All three forms of a date; the oldest one ends in the year and does not say that it is in GMT. */
function readHttpDate(text: string): number {
  const zone = httpDate.exec(text)?.[1]
  if (zone === undefined) return Number.NaN
  return Date.parse(zone === 'GMT' ? text : `${text} GMT`)
}
