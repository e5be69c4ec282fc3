import type { Outcome } from '../../src/index.ts'

/* The outcomes that tests give to leases. */

export const succeeded: Outcome = { kind: 'succeeded', evidence: 'answered', status: 200 }
export const declined: Outcome = { kind: 'declined', evidence: 'answered', status: 402 }
export const serverError: Outcome = { kind: 'unknown', evidence: 'answered', status: 500 }
export const overloaded: Outcome = { kind: 'overloaded', evidence: 'answered', status: 503 }
export const refusedConnection: Outcome = { kind: 'not-sent', evidence: 'not-sent', trouble: 'connection' }
export const callerGone: Outcome = { kind: 'unknown', evidence: 'sent', trouble: 'cancelled' }
