import type { IncomingMessage } from 'node:http'
import { callHook, HookFailure } from '../payments/call-hook.ts'
import type { PaymentSettings } from '../payments/payment-options.ts'
import { keyOf, problemOfKey } from './idempotency-key.ts'
import { Refusal } from './refusal.ts'

/** By what a payment is known: to its caller, to the servers, and to the journal. */
export interface PaymentKey {
  readonly key: string | undefined
  /** The key was made here, so its caller has to be told. */
  readonly isGenerated: boolean
  /** Tells the key from an equal one of another tenant. */
  readonly keyScope: string | undefined
}

/**
 * The key of a request, or one made for it where that is wanted.
 *
 * @param isSafe the request may be repeated, so it needs no key and no tenant
 * @throws Refusal 400 for a bad key, or none where one is required; HookFailure when a function of the user's fails
 */
export function paymentKeyOf(request: IncomingMessage, isSafe: boolean, settings: PaymentSettings): PaymentKey {
  const sent = keyOf(request.rawHeaders, settings.keyField)
  if (isSafe) return { key: sent, isGenerated: false, keyScope: undefined }
  if (sent === undefined && settings.requireKey) {
    throw new Refusal(400, `${request.method} needs an ${settings.keyField} field`)
  }
  const key = sent ?? generated(request, settings)
  if (key === undefined) return { key, isGenerated: false, keyScope: undefined }
  return { key, isGenerated: sent === undefined, keyScope: scopeOf(request, settings) }
}

function generated(request: IncomingMessage, { generateKey }: PaymentSettings): string | undefined {
  if (generateKey === undefined) return undefined
  const key = callHook('generateKey', () => generateKey(request))
  if (typeof key !== 'string') throw new HookFailure(`generateKey returned ${typeof key}; it must return a key`)
  const problem = problemOfKey(key)
  if (problem !== undefined) throw new HookFailure(`generateKey returned a key that ${problem}`)
  return key
}

function scopeOf(request: IncomingMessage, { keyScope }: PaymentSettings): string | undefined {
  if (keyScope === undefined) return undefined
  const scope = callHook('keyScope', () => keyScope(request))
  if (typeof scope !== 'string') throw new HookFailure(`keyScope returned ${typeof scope}; it must return a string`)
  if (/\p{Cc}/u.test(scope)) throw new HookFailure('keyScope returned a string with control characters')
  return scope
}
