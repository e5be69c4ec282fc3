import { randomUUID } from 'node:crypto'
import { InvalidOptionsError, rules } from '@paylb/core'
import type { Rule } from '@paylb/core'
import type { InternalAxiosRequestConfig } from 'axios'
import type { AttemptHook } from './attempt-fields.ts'
import { compileSafeRoutes, isRouteList } from './safe-routes.ts'
import type { IsSafeRoute, SafeRoutes } from './safe-routes.ts'

/** What tells one payment from another, and a payment from what may be repeated. Functions must answer at once. */
export interface PaymentOptions {
  /** The header that carries the idempotency key. Default `Idempotency-Key`. */
  readonly keyHeader?: string
  /** Refuse unsafe calls without a key. Default false. */
  readonly requireKey?: boolean
  /**
   * Gives a key to unsafe calls without one: true for a random one, or a function that returns one. All attempts carry
   * it, and it stands in the headers of the call's `config`. Default: no key is made.
   */
  readonly generateKey?: boolean | ((config: InternalAxiosRequestConfig) => string)
  /** Tells tenants apart that may use equal keys: returns the tenant's name. Default: all keys are of one tenant. */
  readonly keyScope?: (config: InternalAxiosRequestConfig) => string
  /** Routes on which executing twice does no harm: they fail over like a GET. Default: none. */
  readonly safeRoutes?: SafeRoutes
  /** Returns headers to set on one attempt, such as a signature that covers the server's authority. */
  readonly onAttempt?: AttemptHook
}

/** Payment options with every default filled in. */
export interface PaymentSettings {
  readonly keyHeader: string
  readonly requireKey: boolean
  readonly generateKey: ((config: InternalAxiosRequestConfig) => string) | undefined
  readonly keyScope: ((config: InternalAxiosRequestConfig) => string) | undefined
  readonly isSafeRoute: IsSafeRoute
  readonly onAttempt: AttemptHook | undefined
}

/** What each payment option may be. */
export const paymentRules: Readonly<Record<keyof PaymentOptions, Rule>> = {
  keyHeader: rules.matching(
    'the name of an HTTP header',
    (value) => typeof value === 'string' && /^[\w!#$%&'*+.^`|~-]+$/u.test(value),
  ),
  requireKey: rules.flag,
  generateKey: rules.either(rules.flag, rules.callback),
  keyScope: rules.callback,
  safeRoutes: rules.either(
    rules.matching('an array of paths such as "/quotes" or "PUT /customers"', isRouteList),
    rules.callback,
  ),
  onAttempt: rules.callback,
}

/** @throws InvalidOptionsError for options that contradict each other */
export function readPaymentOptions(options: PaymentOptions): PaymentSettings {
  const { requireKey = false, generateKey = false } = options
  if (requireKey && generateKey !== false) {
    throw new InvalidOptionsError('generateKey', 'contradicts requireKey: a call without a key gets one, or is refused')
  }
  return {
    keyHeader: options.keyHeader ?? 'Idempotency-Key',
    requireKey,
    generateKey: generateKey === true ? () => randomUUID() : generateKey === false ? undefined : generateKey,
    keyScope: options.keyScope,
    isSafeRoute: compileSafeRoutes(options.safeRoutes),
    onAttempt: options.onAttempt,
  }
}
