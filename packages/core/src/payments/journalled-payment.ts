import type { Clock } from '../clock.ts'
import { PaylbError } from '../errors.ts'
import type { Call, Fingerprint } from '../failover/call.ts'
import type { PaymentOutcome } from '../outcome/outcome.ts'
import type { Server } from '../servers/server.ts'
import { changed } from './fresh-record.ts'
import { inTime } from './in-time.ts'
import { isOtherRequest } from './journal-rules.ts'
import type { Begun, Claim, Conclusion, Dispatch, Journal, PaymentRecord } from './journal.ts'
import { journalKey, LateIntent } from './late-intent.ts'
import { atOnce } from './memory-journal.ts'
import type { AtOnce } from './memory-journal.ts'
import { isSurelyRecognised } from './record-age.ts'

/*
 * One payment and its record in the journal. The record is written before the first byte goes out, and says where the
 * key is pinned: every later request with it goes to the same ledger, whatever the strategy thinks.
 */

/** Where a key must be sent; a ledger of undefined is that of servers that do not deduplicate. */
export interface Pin {
  readonly ledger: string | undefined
}

/** `elsewhere`: the key is pinned to another ledger. */
export type Written = 'written' | 'elsewhere'

/** Under which terms a key may be used. */
export interface Terms {
  /** Whether the pin must outlive the payment: there is more than one ledger. */
  readonly keepsPin: boolean
  readonly wallTime: number
  ttlMsOf(ledger: string): number
}

/** A payment on its way. */
export interface Underway {
  /** What is left of its deadline, in milliseconds. */
  remainingMs(): number
  /** The ids of the servers that it was sent to. */
  readonly servers: readonly string[]
}

/** What a keyed payment is made with. */
export interface Surroundings {
  readonly clock: Clock
  readonly progress: Pick<Underway, 'remainingMs'>
}

/** A keyed payment with its record. */
export class JournalledPayment {
  readonly #journal: Journal
  readonly #atOnce: AtOnce | undefined
  readonly #call: Call<unknown>
  readonly #around: Surroundings
  #claim: Claim | undefined
  #record: PaymentRecord | undefined
  #isKnown = false
  #isRunning = false
  #fingerprint: Fingerprint | undefined

  constructor(journal: Journal, call: Call<unknown>, around: Surroundings) {
    this.#journal = journal
    this.#atOnce = atOnce(journal)
    this.#call = call
    this.#around = around
  }

  /** Whether another process may see the payment, and take it over. */
  get isShared(): boolean {
    return this.#atOnce === undefined
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
   * Writes ahead that the payment is about to be sent to `server`: durable when it is said, at once where there is nothing
   * to wait for. The first time, it claims the key as well.
   *
   * @returns `elsewhere` when the key is pinned to another ledger: nothing may be sent, pick again there
   * @throws PaylbError `payment-in-progress` or `key-reused`; JournalError when nothing could be written
   */
  writeAhead(server: Server, terms: Terms): Written | Promise<Written> {
    const dispatch = dispatchOf(server)
    const journal = this.#atOnce
    if (journal === undefined) return this.#writeAheadInTime(dispatch, terms)
    if (this.#claim === undefined) return this.#begun(journal.beginNow(this.#intent(terms.keepsPin), dispatch), terms)
    journal.dispatchingNow(this.#claim, dispatch)
    return 'written'
  }

  async #writeAheadInTime(dispatch: Dispatch, terms: Terms): Promise<Written> {
    if (this.#claim === undefined) {
      const beginning = this.#journal.begin(this.#intent(terms.keepsPin).plain(), dispatch)
      const begun = await this.#inTime(beginning, (late) => this.#undo(late))
      return this.#begun(begun, terms)
    }
    await this.#inTime(this.#journal.dispatching(this.#claim, dispatch))
    return 'written'
  }

  #begun(begun: Begun, terms: Terms): Written | Promise<never> {
    if (!('claim' in begun)) throw begun.state === 'in-progress' ? inProgress(begun.record) : keyReused(begun.record)
    this.#claim = begun.claim
    this.#record = begun.record
    this.#isKnown = begun.state === 'known'
    if (this.#isKnown && !mayBeSentAgain(begun.record, terms)) return this.#giveBack(begun.record)
    return begun.isDispatched ? 'written' : 'elsewhere'
  }

  async #giveBack(record: PaymentRecord): Promise<never> {
    await this.settleInTime('not-executed')
    throw notSentAgain(record)
  }

  /* A claim that came too late: nothing was sent under it. */
  #undo(begun: Begun): void {
    if ('claim' in begun) this.#journal.settle(begun.claim, 'not-executed').catch(() => {})
  }

  #inTime<Value>(work: Promise<Value>, onLate?: (value: Value) => void): Promise<Value> {
    return inTime(work, this.#around.clock, this.#around.progress.remainingMs(), onLate)
  }

  /** Ends the claim, if the journal answers in time. @throws JournalError */
  async settleInTime(outcome: PaymentOutcome): Promise<void> {
    const settling = this.settle(outcome)
    if (settling !== undefined) await this.#inTime(settling)
  }

  /** Ends the claim, at once where there is nothing to wait for. @throws JournalError when that could not be written */
  settle(outcome: PaymentOutcome): Promise<void> | undefined {
    if (this.#claim === undefined) return undefined
    const claim = this.#claim
    this.#claim = undefined
    if (this.#atOnce === undefined) return this.#journal.settle(claim, outcome)
    this.#atOnce.settleNow(claim, outcome)
    return undefined
  }

  /** Reads what is known of the key where it was never claimed: nothing was sent, but an earlier request may have been. */
  async lookUp(): Promise<void> {
    if (this.#record !== undefined) return
    const { key = '', keyScope } = this.#call
    const found = await this.#inTime(this.#journal.find(journalKey(key, keyScope)))
    if (found === undefined) return
    if (isOtherRequest(found, this.#intent(found.keepsPin))) return
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
    return record && changed(record, { servers: [...new Set([...record.servers, ...servers])] })
  }

  #intent(keepsPin: boolean): LateIntent {
    this.#fingerprint ??= this.#call.fingerprint?.(this.#journal.secret)
    return new LateIntent(this.#call, keepsPin, this.#fingerprint)
  }
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
