import { PaylbError } from '../errors.ts'
import type { AttemptRecord, PaymentOutcome } from '../outcome/outcome.ts'
import { isOpen } from './fold.ts'

/** How a payment came to its end without an answer. */
export interface Unanswered {
  readonly outcome: PaymentOutcome
  readonly attempts: readonly AttemptRecord[]
  /** Why no server could be picked, if that was the end. */
  readonly pickError: unknown
  /** What broke the last attempt. */
  readonly attemptError: unknown
  readonly callerHasGone: boolean
}

/** The error that says what is known of a payment that has no answer to give. */
export function paymentError(end: Unanswered): PaylbError {
  const { outcome, attempts, pickError } = end
  if (attempts.length === 0 && PaylbError.isInstance(pickError)) return pickError
  const timedOut = attempts.findLast((attempt) => isOpen(attempt.outcome))?.trouble === 'timeout'
  const cause = end.attemptError ?? pickError
  const details = { outcome, attempts, timedOut, ...(cause === undefined ? {} : { cause }) }
  if (outcome !== 'not-executed') return new PaylbError('outcome-unknown', unknownMessage(timedOut), details)
  return new PaylbError('not-executed', notExecutedMessage(end), { ...details, retryAfterMs: 1_000 })
}

function unknownMessage(timedOut: boolean): string {
  const what = timedOut ? 'the server did not answer in time' : 'the connection broke before a whole answer came'
  return `outcome unknown: the request was sent, but ${what}; it may have been executed`
}

function notExecutedMessage({ attempts, callerHasGone }: Unanswered): string {
  const last = attempts.at(-1)
  if (last?.outcome === 'incomplete') return 'not executed: the request ended before its last byte was sent'
  if (callerHasGone) return 'not executed: the caller went away before anything was sent'
  if (last === undefined) return 'not executed: the time was up before anything was sent'
  const count = attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`
  return `not executed: ${count}, and none reached a server`
}
