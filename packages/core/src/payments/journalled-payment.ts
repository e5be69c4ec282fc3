import type { Clock } from '../clock.ts'
import { PaylbError } from '../errors.ts'
import type { Call, Fingerprint } from '../failover/call.ts'
import type { PaymentOutcome } from '../outcome/outcome.ts'
import type { Server } from '../servers/server.ts'
import type { Begun, Claim, Conclusion, Dispatch, Journal, PaymentIntent, PaymentRecord } from './journal.ts'
import { inTime } from './in-time.ts'
import { isSurelyRecognised } from './record-age.ts'

/*
 * One payment and its record in the journal. The record is written before the first byte goes out, and says where the
 * key is pinned: every later request with it goes to the same ledger, whatever the strategy thinks.
 */

/** Where a key must be sent; a ledger of undefined is that of servers that do not deduplicate. */
export interface Pin {
  readonly ledger: string | undefined
}

/** Under which terms a key may be used. */
export interface Terms {
  /** Whether the pin must outlive the payment: there is more than one ledger. */
  readonly keepsPin: boolean
  readonly wallTime: number
  ttlMsOf(ledger: string): number
}

/** How long the journal may take. */
export interface Patience {
  readonly clock: Clock
  /** Milliseconds that the payment has left. */
  readonly leftMs: () => number
}

/** A keyed payment with its record. */
export class JournalledPayment {
  readonly #journal: Journal
  readonly #call: Call<unknown>
  readonly #patience: Patience
  #claim: Claim | undefined
  #record: PaymentRecord | undefined
  #isKnown = false
  #isRunning = false
  #fingerprint: Fingerprint | undefined

  constructor(journal: Journal, call: Call<unknown>, patience: Patience) {
    this.#journal = journal
    this.#call = call
    this.#patience = patience
  }

  /** What earlier requests under this key came to. */
  get before(): { readonly isOpen: boolean; readonly conclusion: Conclusion | undefined } {
    if (!this.#isKnown || this.#record === undefined) return { isOpen: false, conclusion: undefined }
    return { isOpen: this.#isRunning || this.#record.hasOpenAttempt, conclusion: this.#record.conclusion }
  }

  /** The ledger that an earlier request has pinned the key to. */
  get pin(): Pin | undefined {
    return this.#isKnown && this.#record !== undefined ? { ledger: this.#record.ledger } : undefined
  }

  /** Whether the ledger surely still knows the key. */
  isRecognised(ttlMs: number, wallTime: number): boolean {
    return this.#record !== undefined && isSurelyRecognised(this.#record, ttlMs, wallTime)
  }

  /**
   * Writes ahead that the payment is about to be sent to `server`: durable when it resolves. The first time, it claims
   * the key as well.
   *
   * @returns `elsewhere` when the key is pinned to another ledger: nothing may be sent, pick again there
   * @throws PaylbError `payment-in-progress` or `key-reused`; JournalError when nothing could be written
   */
  async writeAhead(server: Server, terms: Terms): Promise<'written' | 'elsewhere'> {
    if (this.#claim !== undefined) {
      await this.#inTime(this.#journal.dispatching(this.#claim, dispatchOf(server)))
      return 'written'
    }
    const begun = await this.#inTime(this.#journal.begin(this.#intent(terms.keepsPin), dispatchOf(server)), this.#undo)
    if (!('claim' in begun)) throw begun.state === 'in-progress' ? inProgress(begun.record) : keyReused(begun.record)
    this.#claim = begun.claim
    this.#record = begun.record
    this.#isKnown = begun.state === 'known'
    if (this.#isKnown && !mayBeSentAgain(begun.record, terms)) {
      await this.settleInTime('not-executed')
      throw notSentAgain(begun.record)
    }
    return begun.isDispatched ? 'written' : 'elsewhere'
  }

  /* A claim that came too late: nothing was sent under it. */
  readonly #undo = (begun: Begun): void => {
    if ('claim' in begun) this.#journal.settle(begun.claim, 'not-executed').catch(() => {})
  }

  #inTime<Value>(work: Promise<Value>, onLate?: (value: Value) => void): Promise<Value> {
    return inTime(work, this.#patience.clock, this.#patience.leftMs(), onLate)
  }

  /** Ends the claim, if the journal answers in time. @throws JournalError */
  settleInTime(outcome: PaymentOutcome): Promise<void> {
    return this.#inTime(this.settle(outcome))
  }

  /** Ends the claim. @throws JournalError when that could not be written */
  async settle(outcome: PaymentOutcome): Promise<void> {
    if (this.#claim === undefined) return
    const claim = this.#claim
    this.#claim = undefined
    await this.#journal.settle(claim, outcome)
  }

  /** Reads what is known of the key where it was never claimed: nothing was sent, but an earlier request may have been. */
  async lookUp(): Promise<void> {
    if (this.#record !== undefined) return
    const { key = '', keyScope } = this.#call
    const found = await this.#inTime(this.#journal.find(journalKey(key, keyScope)))
    if (found === undefined) return
    this.#fingerprint ??= this.#call.fingerprint?.(this.#journal.secret)
    if (isOtherRequest(found, this.#fingerprint)) return
    this.#record = found
    this.#isKnown = true
    this.#isRunning = found.state === 'in-flight'
  }

  /** The key in the journal; undefined before it was written. */
  get key(): string | undefined {
    return this.#record?.key
  }

  /** The record, with the servers that this request was sent to; undefined before the first was written. */
  recordWith(servers: readonly string[]): PaymentRecord | undefined {
    const record = this.#record
    return record && { ...record, servers: [...new Set([...record.servers, ...servers])] }
  }

  #intent(keepsPin: boolean): PaymentIntent {
    const { method = 'POST', target, key = '', keyScope } = this.#call
    const fingerprint = (this.#fingerprint ??= this.#call.fingerprint?.(this.#journal.secret))
    return {
      key: journalKey(key, keyScope),
      method,
      keepsPin,
      ...(target === undefined ? {} : { target }),
      ...(fingerprint === undefined
        ? {}
        : { fingerprint: fingerprint.value, isPartialFingerprint: fingerprint.isPartial }),
    }
  }
}

/** The key under which the journal keeps a payment. Keys hold no control characters, so a scoped one never equals a bare one. */
export function journalKey(key: string, scope: string | undefined): string {
  return scope === undefined ? key : `\u0000${scope}\u0000${key}`
}

/* Only two fingerprints over whole bodies can prove that the requests differ. */
function isOtherRequest(found: PaymentRecord, own: Fingerprint | undefined): boolean {
  if (found.isPartialFingerprint || own === undefined || own.isPartial) return false
  return found.fingerprint !== undefined && found.fingerprint !== own.value
}

/* Where nobody recognises the key, or perhaps no longer does, what may have been executed would be executed again. */
function mayBeSentAgain(record: PaymentRecord, terms: Terms): boolean {
  if (!record.hasOpenAttempt && record.conclusion !== 'succeeded') return true
  return record.ledger !== undefined && isSurelyRecognised(record, terms.ttlMsOf(record.ledger), terms.wallTime)
}

function notSentAgain({ ledger, hasOpenAttempt, conclusion }: PaymentRecord): PaylbError {
  const why = ledger === undefined ? 'its servers do not recognise keys' : 'its ledger may have forgotten the key'
  const outcome = hasOpenAttempt ? 'unknown' : (conclusion ?? 'unknown')
  return new PaylbError('payment-in-progress', `not sent again: ${why}; what is known of the payment: ${outcome}`, {
    outcome,
  })
}

function dispatchOf({ id, ledger }: Server): Dispatch {
  return { server: id, ledger }
}

/* Only this one can be waited for: it names a time. While an earlier request is open, no word about the key is certain. */
function inProgress({ hasOpenAttempt }: PaymentRecord): PaylbError {
  return new PaylbError('payment-in-progress', 'a request with the same key is still running', {
    outcome: hasOpenAttempt ? 'unknown' : 'pending',
    retryAfterMs: 1_000,
  })
}

/* The other request may have been executed; this one was not sent. */
function keyReused({ method, target, hasOpenAttempt }: PaymentRecord): PaylbError {
  const what = target === undefined ? method : `${method} ${target}`
  return new PaylbError('key-reused', `the key was used before for another request (${what}, or another body)`, {
    outcome: hasOpenAttempt ? 'unknown' : 'rejected',
  })
}
