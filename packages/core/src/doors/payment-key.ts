import { callHook, HookFailure } from './call-hook.ts'
import type { PaymentSettings } from './payment-options.ts'

/** By what a payment is known: to its caller, to the servers, and to the journal. */
export interface PaymentKey {
  readonly key: string | undefined
  /** The key was made here, so its caller has to be told. */
  readonly isGenerated: boolean
  /** Tells the key from an equal one of another tenant. */
  readonly keyScope: string | undefined
}

const maxKeyBytes = 255

/**
 * The key of a request that was sent with `sent`, or one made for it where that is wanted.
 *
 * @param isSafe the request may be repeated, so it needs no key and no tenant
 * @throws HookFailure when a function of the user's fails
 */
export function paymentKey<Request>(
  sent: string | undefined,
  request: Request,
  isSafe: boolean,
  settings: Pick<PaymentSettings<Request>, 'generateKey' | 'keyScope'>,
): PaymentKey {
  if (isSafe) return { key: sent, isGenerated: false, keyScope: undefined }
  const key = sent ?? generated(request, settings)
  if (key === undefined) return { key, isGenerated: false, keyScope: undefined }
  return { key, isGenerated: sent === undefined, keyScope: scopeOf(request, settings) }
}

/** What is wrong with a key; undefined when it is a good one. Space at either end would be cut off on the wire. */
export function problemOfKey(key: string): string | undefined {
  if (key === '' || key === '""') return 'is empty'
  if (key.length > maxKeyBytes) return `is longer than ${maxKeyBytes} bytes`
  if (!/^[\x20-\x7e]+$/u.test(key)) return 'may hold visible ASCII only'
  return key.trim() === key ? undefined : 'begins or ends with a space'
}

function generated<Request>(
  request: Request,
  { generateKey }: Pick<PaymentSettings<Request>, 'generateKey'>,
): string | undefined {
  if (generateKey === undefined) return undefined
  const key = callHook('generateKey', () => generateKey(request))
  if (typeof key !== 'string') throw new HookFailure(`generateKey returned ${typeof key}; it must return a key`)
  const problem = problemOfKey(key)
  if (problem !== undefined) throw new HookFailure(`generateKey returned a key that ${problem}`)
  return key
}

function scopeOf<Request>(
  request: Request,
  { keyScope }: Pick<PaymentSettings<Request>, 'keyScope'>,
): string | undefined {
  if (keyScope === undefined) return undefined
  const scope = callHook('keyScope', () => keyScope(request))
  if (typeof scope !== 'string') throw new HookFailure(`keyScope returned ${typeof scope}; it must return a string`)
  if (/\p{Cc}/u.test(scope)) throw new HookFailure('keyScope returned a string with control characters')
  return scope
}
