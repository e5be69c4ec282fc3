import type { Outcome } from '../../src/index.ts'

/* The outcomes that tests give to leases. */

export const succeeded: Outcome = { kind: 'succeeded', evidence: 'answered', status: 200 }
export const declined: Outcome = { kind: 'declined', evidence: 'answered', status: 402 }
export const serverError: Outcome = { kind: 'unknown', evidence: 'answered', status: 500 }
export const overloaded: Outcome = { kind: 'overloaded', evidence: 'answered', status: 503 }
export const refusedConnection: Outcome = { kind: 'not-sent', evidence: 'not-sent', trouble: 'connection' }
export const callerGone: Outcome = { kind: 'unknown', evidence: 'sent', trouble: 'cancelled' }
export const unauthorized: Outcome = { kind: 'unauthorized', evidence: 'answered', status: 401 }
export const forbidden: Outcome = { kind: 'unauthorized', evidence: 'answered', status: 403 }
export const rateLimited: Outcome = { kind: 'overloaded', evidence: 'answered', status: 429 }

/** A 503 that asks to be left alone for this long. */
export function overloadedFor(retryAfterMs: number): Outcome {
  return { ...overloaded, retryAfterMs }
}

/** This machine itself could not send. */
export function localFailure(code?: string): Outcome {
  const error = code === undefined ? {} : { error: Object.assign(new Error(code), { code }) }
  return { kind: 'not-sent', evidence: 'not-sent', trouble: 'local', ...error }
}
