import { PaylbError } from '@paylb/core'
import { paymentKey, problemOfKey } from '@paylb/core/doors'
import type { PaymentKey, PaymentSettings } from '@paylb/core/doors'
import type { InternalAxiosRequestConfig } from 'axios'

/**
 * The key of a call. One that was made for it is put into the call's headers, so that whoever sends `error.config` again
 * sends the same payment.
 *
 * @param isSafe the call may be repeated, so it needs no key and no tenant
 * @throws PaylbError with code `bad-request` for a bad key, or none where one is required; HookFailure
 */
export function paymentKeyOf(
  config: InternalAxiosRequestConfig,
  isSafe: boolean,
  settings: PaymentSettings<InternalAxiosRequestConfig>,
): PaymentKey {
  const { keyHeader, requireKey } = settings
  const given = readKey(config, keyHeader)
  if (!isSafe && given === undefined && requireKey) {
    throw new PaylbError('bad-request', `the call needs an ${keyHeader} header`)
  }
  const made = paymentKey(given, config, isSafe, settings)
  if (made.isGenerated && made.key !== undefined) config.headers.set(keyHeader, made.key)
  return made
}

function readKey(config: InternalAxiosRequestConfig, keyHeader: string): string | undefined {
  const value: unknown = config.headers.get(keyHeader)
  if (value === undefined || value === null || value === false) return undefined
  if (typeof value === 'string' && problemOfKey(value) === undefined) return value
  throw new PaylbError('bad-request', `${keyHeader} must be one value of 1 to 255 printable ASCII characters`)
}
