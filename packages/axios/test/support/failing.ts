import { expect } from 'vitest'
import { isPaymentError } from '../../src/index.ts'
import type { PaymentError } from '../../src/index.ts'

/** The error that a call ends with. Fails the test when the call succeeds or the error is no payment error. */
export async function failing(call: Promise<unknown>): Promise<PaymentError> {
  const error: unknown = await call.then(
    () => expect.unreachable('the call should have failed'),
    (thrown: unknown) => thrown,
  )
  if (!isPaymentError(error)) throw error
  return error
}
