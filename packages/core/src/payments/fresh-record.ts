import type { Dispatch, PaymentIntent, PaymentRecord } from './journal.ts'

/** What a fresh record must know beside its payment. */
export interface FreshView {
  readonly wallTime: number
  readonly keepsPins: boolean
  readonly owner: string
  nextEpoch(): number
}

/** The record of a payment that nothing is known of. */
export function freshRecord(intent: PaymentIntent, first: Dispatch, view: FreshView): PaymentRecord {
  return changed(new FreshRecord(intent, first, view), {})
}

/**
 * The same with its fingerprint left to its intent, which may make it when somebody asks: of most payments in memory
 * nobody ever does. Only for journals that copy it with `changed`, for a spread loses what is not made yet.
 */
export class FreshRecord implements PaymentRecord {
  readonly #intent: PaymentIntent
  readonly key: string
  readonly method: string
  readonly target: string | undefined
  readonly ledger: string | undefined
  readonly servers: readonly string[]
  readonly state = 'in-flight'
  readonly outcome = undefined
  readonly hasOpenAttempt = false
  readonly conclusion = undefined
  readonly keepsPin: boolean
  readonly startedAt: number
  readonly firstDispatchedAt: number
  readonly updatedAt: number
  readonly owner: string
  readonly epoch: number

  constructor(intent: PaymentIntent, { server, ledger }: Dispatch, view: FreshView) {
    const { wallTime } = view
    this.#intent = intent
    this.key = intent.key
    this.method = intent.method
    this.target = intent.target
    this.ledger = ledger
    this.servers = [server]
    this.keepsPin = intent.keepsPin ?? view.keepsPins
    this.startedAt = wallTime
    this.firstDispatchedAt = wallTime
    this.updatedAt = wallTime
    this.owner = view.owner
    this.epoch = view.nextEpoch()
  }

  get fingerprint(): string | undefined {
    return this.#intent.fingerprint
  }

  get isPartialFingerprint(): boolean {
    return this.#intent.isPartialFingerprint ?? false
  }
}

/** A copy of a record with changes. */
export function changed(record: PaymentRecord, changes: Partial<PaymentRecord>): PaymentRecord {
  const { fingerprint, isPartialFingerprint } = record
  return { ...record, fingerprint, isPartialFingerprint, ...changes }
}
