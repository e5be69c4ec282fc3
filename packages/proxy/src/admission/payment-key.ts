import type { IncomingMessage } from 'node:http'
import { paymentKey } from '@paylb/core/doors'
import type { PaymentKey, PaymentSettings } from '@paylb/core/doors'
import { keyOf } from './idempotency-key.ts'
import { Refusal } from './refusal.ts'

/** The key of a request. @throws Refusal 400 for a bad key, or none where one is required; HookFailure */
export function paymentKeyOf(
  request: IncomingMessage,
  isSafe: boolean,
  settings: PaymentSettings<IncomingMessage>,
): PaymentKey {
  const sent = keyOf(request.rawHeaders, settings.keyField)
  if (!isSafe && sent === undefined && settings.requireKey) {
    throw new Refusal(400, `${request.method} needs an ${settings.keyField} field`)
  }
  return paymentKey(sent, request, isSafe, settings)
}
