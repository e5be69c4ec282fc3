import { PaylbError } from '@paylb/core'
import { fields, paymentKey, type PaymentKey, type PaymentSettings, problemOfKey } from '@paylb/core/doors'

import type { PaymentRequest } from './payment-request.ts'

/** The key of a request. @throws PaylbError with code `bad-request` for a bad key, or none where one is required; HookFailure */
export function paymentKeyOf(
  request: PaymentRequest,
  headers: readonly string[],
  isSafe: boolean,
  settings: PaymentSettings<PaymentRequest>,
): PaymentKey {
  const sent = keyOf(headers, settings.keyField)
  if (!isSafe && sent === undefined && settings.requireKey) {
    throw new PaylbError('bad-request', `${request.method} needs an ${settings.keyHeader} header`)
  }
  return paymentKey(sent, request, isSafe, settings)
}

function keyOf(headers: readonly string[], keyField: string): string | undefined {
  const keys = [...fields(headers)].filter(([name]) => name.toLowerCase() === keyField).map(([, value]) => value)
  const [key] = keys
  if (key === undefined) return undefined
  if (keys.length > 1) throw new PaylbError('bad-request', `there are ${keys.length} ${keyField} headers; send one`)
  const problem = problemOfKey(key)
  if (problem !== undefined) throw new PaylbError('bad-request', `the ${keyField} header ${problem}`)
  return key
}
