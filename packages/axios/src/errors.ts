import { isSafeMethod, PaylbError } from '@paylb/core'
import type { PaymentOutcome, Told, Trouble } from '@paylb/core'
import { HookFailure } from '@paylb/core/doors'
import { AxiosError, CanceledError } from 'axios'
import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import type { Caller } from './caller.ts'
import { hide, seal, withoutSecrets } from './seal.ts'
import { exceedsOwnLimit } from './trouble.ts'

/* Every way a call can fail, as the AxiosError that axios users know, with the truth about the payment added. */

/** What is known of a call. */
export interface Known {
  told: Told
  readonly key?: string | undefined
}

/** Of a call that never reached the balancer. */
export const nothingSent: Known = { told: { outcome: 'not-executed', attempts: [] } }

/** Adds what may be told to an error, and makes it safe to be logged. */
export function payment(error: AxiosError, { told, key }: Known): AxiosError {
  Object.assign(error, { outcome: told.outcome ?? 'unknown', attempts: told.attempts })
  if (key !== undefined) hide(error, 'key', key)
  seal(error)
  return error
}

/**
 * The error for an answer that `validateStatus` does not accept.
 *
 * @param cause what it has thrown instead
 */
export function statusError(response: AxiosResponse, known: Known, cause?: unknown): AxiosError {
  const { status, config } = response
  const code = status >= 400 && status < 500 ? AxiosError.ERR_BAD_REQUEST : AxiosError.ERR_BAD_RESPONSE
  const message =
    cause === undefined ? `Request failed with status code ${status}` : `validateStatus threw for ${status}`
  const error = new AxiosError(message, code, config, response.request, response)
  return payment(cause === undefined ? error : withCause(error, withoutSecrets(cause)), known)
}

/** A function of the user's has failed: the same error, safe to be logged, with the code that axios has for it. */
export function hookFailed(failed: HookFailure): Error {
  const { message, cause } = withoutSecrets(failed)
  return Object.assign(new HookFailure(message, { cause }), { code: AxiosError.ERR_BAD_OPTION })
}

/** The error for a call without an answer, from what the balancer threw. */
export function failure(thrown: unknown, config: InternalAxiosRequestConfig, caller: Caller, known: Known): AxiosError {
  const reason = PaylbError.isInstance(thrown)
    ? thrown
    : new PaylbError('internal', 'the call failed unexpectedly', {
        ...knownOf(known.told),
        cause: withoutSecrets(thrown),
      })
  const told = { outcome: reason.outcome, attempts: reason.attempts }
  const error = caller.signal.aborted
    ? new CanceledError(caller.message, config)
    : new AxiosError(messageOf(reason, config), codeOf(reason, config), config)
  const { code, retryAfterMs } = reason
  Object.assign(error, { reason: code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })
  return payment(withCause(error, reason), { told, key: known.key })
}

function withCause(error: AxiosError, cause: Error): AxiosError {
  hide(error, 'cause', cause)
  return error
}

function knownOf(told: Told): { outcome: PaymentOutcome; attempts: Told['attempts'] } {
  return { outcome: told.outcome ?? 'unknown', attempts: told.attempts }
}

function codeOf(reason: PaylbError, config: InternalAxiosRequestConfig): string {
  if (reason.code === 'bad-request' || isAboutKey(reason)) return AxiosError.ERR_BAD_REQUEST
  const isTimeout = config.transitional?.clarifyTimeoutError === true ? AxiosError.ETIMEDOUT : AxiosError.ECONNABORTED
  if (isTimedOut(reason)) return isTimeout
  if (exceedsOwnLimit(reason.cause)) return AxiosError.ERR_BAD_RESPONSE
  return localProblem(reason)?.code ?? AxiosError.ERR_NETWORK
}

function isAboutKey({ code }: PaylbError): boolean {
  return code === 'payment-in-progress' || code === 'key-reused'
}

function isTimedOut(reason: PaylbError): boolean {
  return reason.timedOut || reason.attempts.at(-1)?.trouble === 'timeout'
}

/* What axios or this machine itself said no to, before anything was sent. */
function localProblem(reason: PaylbError): NodeJS.ErrnoException | undefined {
  const isLocal = reason.attempts.at(-1)?.trouble === 'local' || reason.cause instanceof HookFailure
  return reason.outcome === 'not-executed' && isLocal && reason.cause instanceof Error ? reason.cause : undefined
}

const whatHappened: Readonly<Record<Trouble, string>> = {
  connection: 'the connection broke after the request was sent',
  timeout: 'no complete answer came in time after the request was sent',
  cancelled: 'the request was cancelled after it was sent',
  local: 'the answer could not be read',
  malformed: 'the answer was malformed',
}

function messageOf(reason: PaylbError, config: InternalAxiosRequestConfig): string {
  const prefix = isTimedOut(reason) ? `${config.timeoutErrorMessage ?? 'timeout exceeded'}; ` : ''
  const subject = isSafeMethod((config.method ?? 'get').toUpperCase()) ? 'request' : 'payment'
  if (isAboutKey(reason)) return `${subject} not sent: ${reason.message}; its outcome is ${reason.outcome}`
  if (reason.code === 'answer-lost') return `${prefix}${subject} ${reason.message}; do not send it again`
  return prefix + (reason.outcome === 'not-executed' ? notExecuted(reason, subject) : unknown(reason, subject))
}

function notExecuted(reason: PaylbError, subject: string): string {
  const problem = reason.code === 'bad-request' ? reason : localProblem(reason)
  if (problem !== undefined) return `${subject} not executed: ${problem.message}`
  const why =
    reason.attempts.length === 0 ? reason.message.replace(/^not executed: /u, '') : 'nothing was sent to any server'
  return `${subject} not executed: ${why}; it is safe to send it again`
}

function unknown(reason: PaylbError, subject: string): string {
  const trouble = reason.attempts.findLast((attempt) => attempt.outcome === 'unknown')?.trouble
  const why = trouble === undefined ? reason.message : whatHappened[trouble]
  if (subject === 'request') return `no answer: ${why}`
  return `payment outcome ${reason.outcome}: ${why}; do not send it again, ask the server for it by its key`
}
