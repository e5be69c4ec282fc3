import type { AttemptRecord, PaylbErrorCode, PaymentOutcome } from '@paylb/core'
import { isAxiosError } from 'axios'
import type { AxiosError } from 'axios'

/** An `AxiosError` of a balanced call. `outcome` says what is known about the payment. */
export interface PaymentError extends AxiosError {
  readonly outcome: PaymentOutcome
  /** Every attempt that was made, in order. */
  readonly attempts: readonly AttemptRecord[]
  /** The payment's key, where it has one. */
  readonly key?: string
  /** Why there is no answer, as paylb's own word for it; undefined where a server has answered. */
  readonly reason?: PaylbErrorCode
  /** When it makes sense to ask again, in milliseconds from now. */
  readonly retryAfterMs?: number
}

/** Recognises an error of a balanced call. */
export function isPaymentError(value: unknown): value is PaymentError {
  return isAxiosError(value) && 'outcome' in value && 'attempts' in value
}

/**
 * What is known about the payment of a balanced call, from its response or from its error.
 *
 * @returns undefined for anything else, and while a streamed answer is on its way
 */
export function outcomeOf(responseOrError: unknown): PaymentOutcome | undefined {
  if (isPaymentError(responseOrError)) return responseOrError.outcome
  if (typeof responseOrError !== 'object' || responseOrError === null || !('paylb' in responseOrError)) return undefined
  return (responseOrError.paylb as { readonly outcome?: PaymentOutcome }).outcome
}
