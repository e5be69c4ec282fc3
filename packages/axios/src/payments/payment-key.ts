import { PaylbError } from '@paylb/core'
import type { InternalAxiosRequestConfig } from 'axios'
import { callHook, HookFailure } from './call-hook.ts'
import type { PaymentSettings } from './payment-options.ts'

/** By what a payment is known: to the servers, and to the journal. */
export interface PaymentKey {
  readonly key: string | undefined
  /** Tells the key from an equal one of another tenant. */
  readonly keyScope: string | undefined
}

/**
 * The key of a call, or one made for it where that is wanted. It is then put into the call's headers, so that whoever
 * sends `error.config` again sends the same payment.
 *
 * @param isSafe the call may be repeated, so it needs no key and no tenant
 * @throws PaylbError with code `bad-request` for a bad key, or none where one is required; HookFailure
 */
export function paymentKeyOf(
  config: InternalAxiosRequestConfig,
  isSafe: boolean,
  settings: PaymentSettings,
): PaymentKey {
  const given = readKey(config, settings.keyHeader)
  if (isSafe) return { key: given, keyScope: undefined }
  if (given === undefined && settings.requireKey) {
    throw new PaylbError('bad-request', `the call needs an ${settings.keyHeader} header`)
  }
  const key = given ?? generated(config, settings)
  return { key, keyScope: key === undefined ? undefined : scopeOf(config, settings) }
}

function readKey(config: InternalAxiosRequestConfig, keyHeader: string): string | undefined {
  const value: unknown = config.headers.get(keyHeader)
  if (value === undefined || value === null || value === false) return undefined
  if (isKey(value)) return value
  throw new PaylbError('bad-request', `${keyHeader} must be one value of 1 to 255 printable ASCII characters`)
}

function generated(config: InternalAxiosRequestConfig, settings: PaymentSettings): string | undefined {
  const { generateKey, keyHeader } = settings
  if (generateKey === undefined) return undefined
  const key = callHook('generateKey', () => generateKey(config))
  if (!isKey(key)) throw new HookFailure('generateKey must return a key of 1 to 255 printable ASCII characters')
  config.headers.set(keyHeader, key)
  return key
}

function scopeOf(config: InternalAxiosRequestConfig, { keyScope }: PaymentSettings): string | undefined {
  if (keyScope === undefined) return undefined
  const scope = callHook('keyScope', () => keyScope(config))
  if (typeof scope !== 'string') throw new HookFailure(`keyScope returned ${typeof scope}; it must return a string`)
  if (/\p{Cc}/u.test(scope)) throw new HookFailure('keyScope returned a string with control characters')
  return scope
}

/* Space at either end is cut off on the wire, so what the journal knows would not be what the server sees. */
function isKey(value: unknown): value is string {
  if (typeof value !== 'string' || value === '""') return false
  return /^[\x20-\x7e]{1,255}$/u.test(value) && value.trim() === value
}
