import type { Call, Fingerprint } from '../failover/call.ts'
import type { PaymentIntent } from './journal.ts'

/** The intent of a call. Its fingerprint is looked at, and may be made, only when somebody compares it or keeps it. */
export class LateIntent implements PaymentIntent {
  readonly key: string
  readonly method: string
  readonly target: string | undefined
  readonly keepsPin: boolean
  readonly #fingerprint: Fingerprint | undefined

  constructor(
    { key = '', keyScope, method = 'POST', target }: Call<unknown>,
    keepsPin: boolean,
    fingerprint: Fingerprint | undefined,
  ) {
    this.key = journalKey(key, keyScope)
    this.method = method
    this.target = target
    this.keepsPin = keepsPin
    this.#fingerprint = fingerprint
  }

  get fingerprint(): string | undefined {
    return this.#fingerprint?.value
  }

  get isPartialFingerprint(): boolean | undefined {
    return this.#fingerprint?.isPartial
  }

  /** The same in fields of its own, for journals that copy it in their way. */
  plain(): PaymentIntent {
    const { key, method, keepsPin, target, fingerprint, isPartialFingerprint } = this
    return {
      key,
      method,
      keepsPin,
      ...(target === undefined ? {} : { target }),
      ...(fingerprint === undefined ? {} : { fingerprint, isPartialFingerprint }),
    }
  }
}

/** The key under which the journal keeps a payment. Keys hold no control characters, so a scoped one never equals a bare one. */
export function journalKey(key: string, scope: string | undefined): string {
  return scope === undefined ? key : `\u0000${scope}\u0000${key}`
}
