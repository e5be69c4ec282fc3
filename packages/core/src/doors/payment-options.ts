import { InvalidOptionsError } from '../errors.ts'
import { rules } from '../validation.ts'
import type { Rule } from '../validation.ts'
import type { AttemptHook } from './attempt-fields.ts'
import { compileSafeRoutes, isRouteList } from './safe-routes.ts'
import type { IsSafeRoute, SafeRoutes } from './safe-routes.ts'

/** What tells one payment from another, and a payment from what may be repeated; `Request` is what a door is given. */
export interface PaymentOptions<Request> {
  /** The field with a payment's key. Default `Idempotency-Key`. */
  readonly keyHeader?: string
  /** Refuse unsafe requests without a key. Default false. */
  readonly requireKey?: boolean
  /**
   * Gives a key to unsafe requests without one: true for a random one, or a function that must return one at once. All
   * attempts carry it, and the answer tells it in the same field. Default: no key is made.
   */
  readonly generateKey?: boolean | ((request: Request) => string)
  /** Tells tenants apart that may use equal keys: returns the tenant's name, at once. Default: all keys are of one tenant. */
  readonly keyScope?: (request: Request) => string
  /** Routes, as the server sees them, on which executing twice does no harm: they fail over like a GET. Default: none. */
  readonly safeRoutes?: SafeRoutes<Request>
  /** Returns header fields to set on one attempt, such as a signature that covers the server's authority. */
  readonly onAttempt?: AttemptHook
}

/** Payment options with every default filled in. */
export interface PaymentSettings<Request> {
  readonly keyHeader: string
  /** `keyHeader` in lower case. */
  readonly keyField: string
  readonly requireKey: boolean
  readonly generateKey: ((request: Request) => string) | undefined
  readonly keyScope: ((request: Request) => string) | undefined
  readonly isSafeRoute: IsSafeRoute<Request>
  readonly onAttempt: AttemptHook | undefined
}

/** What each payment option may be. */
export const paymentRules: Readonly<Record<keyof PaymentOptions<unknown>, Rule>> = {
  keyHeader: rules.matching(
    'the name of a header field',
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

/**
 * Fills in the defaults.
 *
 * @param newKey makes a random key
 * @throws InvalidOptionsError for options that contradict each other
 */
export function readPaymentOptions<Request>(
  options: PaymentOptions<Request>,
  newKey: () => string,
): PaymentSettings<Request> {
  const { keyHeader = 'Idempotency-Key', requireKey = false, generateKey = false } = options
  if (requireKey && generateKey !== false) {
    throw new InvalidOptionsError(
      'generateKey',
      'contradicts requireKey: a request without a key gets one, or is refused',
    )
  }
  return {
    keyHeader,
    keyField: keyHeader.toLowerCase(),
    requireKey,
    generateKey: generateKey === true ? newKey : generateKey === false ? undefined : generateKey,
    keyScope: options.keyScope,
    isSafeRoute: compileSafeRoutes(options.safeRoutes),
    onAttempt: options.onAttempt,
  }
}
