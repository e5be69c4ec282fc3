import { PaylbError } from '@paylb/core'

import { fields } from '../fields.ts'
import { callHook, HookFailure } from './call-hook.ts'
import type { PaymentSettings } from './payment-options.ts'
import type { PaymentRequest } from './payment-request.ts'

const maxKeyBytes = 255

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
 * @throws PaylbError with code `bad-request` for a bad key, or none where one is required; HookFailure
 */
export function paymentKeyOf(
  request: PaymentRequest,
  headers: readonly string[],
  isSafe: boolean,
  settings: PaymentSettings,
): PaymentKey {
  const sent = keyOf(headers, settings.keyField)
  if (isSafe) return { key: sent, isGenerated: false, keyScope: undefined }
  if (sent === undefined && settings.requireKey) {
    throw new PaylbError('bad-request', `${request.method} needs an ${settings.keyHeader} header`)
  }
  const key = sent ?? generated(request, settings)
  if (key === undefined) return { key, isGenerated: false, keyScope: undefined }
  return { key, isGenerated: sent === undefined, keyScope: scopeOf(request, settings) }
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

function generated(request: PaymentRequest, { generateKey }: PaymentSettings): string | undefined {
  if (generateKey === undefined) return undefined
  const key = callHook('generateKey', () => generateKey(request))
  if (typeof key !== 'string') throw new HookFailure(`generateKey returned ${typeof key}; it must return a key`)
  const problem = problemOfKey(key)
  if (problem !== undefined) throw new HookFailure(`generateKey returned a key that ${problem}`)
  return key
}

function scopeOf(request: PaymentRequest, { keyScope }: PaymentSettings): string | undefined {
  if (keyScope === undefined) return undefined
  const scope = callHook('keyScope', () => keyScope(request))
  if (typeof scope !== 'string') throw new HookFailure(`keyScope returned ${typeof scope}; it must return a string`)
  if (/\p{Cc}/u.test(scope)) throw new HookFailure('keyScope returned a string with control characters')
  return scope
}

/* Space at either end is cut off on the wire, so what the journal knows would not be what the server sees. */
function problemOfKey(key: string): string | undefined {
  if (key === '' || key === '""') return 'is empty'
  if (key.length > maxKeyBytes) return `is longer than ${maxKeyBytes} bytes`
  if (!/^[\x20-\x7e]+$/u.test(key)) return 'may hold visible ASCII only'
  return key.trim() === key ? undefined : 'begins or ends with a space'
}
