/*
 * What every way into a balancer needs, whatever it is given: keys, safe routes, fields of one attempt, fingerprints. For
 * those who build doors; an application has no use for it.
 */

export { attemptHeaders, fieldsSetBy } from './attempt-fields.ts'
export type { AttemptHook, AttemptRequest, KeyOfAttempt, Outgoing } from './attempt-fields.ts'
export { callHook, HookFailure } from './call-hook.ts'
export { ManualCancellation } from '../manual-cancellation.ts'
export { byName, eachField, FieldNames, fields, hopByHop, isField, valuesOf } from './fields.ts'
export { fingerprintOf } from './fingerprint.ts'
export type { Cryptography, Fingerprinted } from './fingerprint.ts'
export { paymentKey, problemOfKey } from './payment-key.ts'
export type { PaymentKey } from './payment-key.ts'
export { paymentRules, readPaymentOptions } from './payment-options.ts'
export type { PaymentOptions, PaymentSettings } from './payment-options.ts'
export type { IsSafeRoute, SafeRoutes } from './safe-routes.ts'
