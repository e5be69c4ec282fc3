import { NoServerAvailableError, PaylbError } from '../errors.ts'
import type { AttemptRecord, PaymentOutcome } from '../outcome/outcome.ts'
import { JournalError } from '../payments/journal-errors.ts'
import { isOpen } from './fold.ts'

/** How a payment came to its end without an answer. */
export interface Unanswered {
  readonly outcome: PaymentOutcome
  readonly attempts: readonly AttemptRecord[]
  /** Why no server could be picked, or nothing be sent to one, if that was the end. */
  readonly pickError: unknown
  /** What broke the last attempt. */
  readonly attemptError: unknown
  readonly callerHasGone: boolean
  /** The outcome is what the server said when it was asked. */
  readonly isReconciled: boolean
}

/** The outcome that comes with a refusal to send at all; undefined where the fold has to say it. */
export function refusedOutcome(error: unknown): PaymentOutcome | undefined {
  if (!PaylbError.isInstance(error)) return undefined
  return error.code === 'payment-in-progress' || error.code === 'key-reused' ? error.outcome : undefined
}

/** Whether the right to send the payment was lost to another process. */
export function isClaimLost(error: unknown): boolean {
  return JournalError.isInstance(error) && error.journalProblem === 'conflict'
}

/** The error that says what is known of a payment that has no answer to give. */
export function paymentError(end: Unanswered): PaylbError {
  const { outcome, attempts, pickError } = end
  if (attempts.length === 0 && PaylbError.isInstance(pickError)) return withOutcome(pickError, outcome)
  const timedOut = attempts.findLast((attempt) => isOpen(attempt.outcome))?.trouble === 'timeout'
  const cause = end.attemptError ?? pickError
  const details = { outcome, attempts, timedOut, ...(cause === undefined ? {} : { cause }) }
  if (outcome !== 'not-executed' && isProvenUnsent(end)) {
    const message = notExecutedMessage(end) + earlier(outcome)
    return new PaylbError('not-executed', message, { ...details, retryAfterMs: 1_000 })
  }
  if (outcome === 'succeeded' || outcome === 'declined') {
    return new PaylbError('answer-lost', `${outcome}, as the server says, but its answer was lost`, details)
  }
  if (outcome !== 'not-executed') return new PaylbError('outcome-unknown', unknownMessage(timedOut), details)
  return new PaylbError('not-executed', notExecutedMessage(end), { ...details, retryAfterMs: 1_000 })
}

/* This request was not sent, but an earlier one under its key may have been. */
function withOutcome(error: PaylbError, outcome: PaymentOutcome): PaylbError {
  if (error.outcome === outcome) return error
  const { code, message, retryAfterMs } = error
  const details = { outcome, cause: error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
  const said = message + earlier(outcome)
  return code === 'no-server-available'
    ? new NoServerAvailableError(said, details)
    : new PaylbError(code, said, details)
}

function earlier(outcome: PaymentOutcome): string {
  return `; an earlier request with the same key: ${outcome}`
}

/* Then all that is in doubt is an earlier request. */
function isProvenUnsent({ attempts, pickError, isReconciled }: Unanswered): boolean {
  if (isReconciled || isClaimLost(pickError)) return false
  return attempts.every(({ outcome }) => outcome === 'not-sent' || outcome === 'refused' || outcome === 'incomplete')
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
