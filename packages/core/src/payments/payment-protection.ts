import type { Call } from '../failover/call.ts'
import type { FoldContext } from '../failover/fold.ts'
import { isSafe } from '../failover/protection.ts'
import type { Protection } from '../failover/protection.ts'
import type { RunParts } from '../failover/run.ts'
import { guarded } from '../observer.ts'
import type { PaymentOutcome } from '../outcome/outcome.ts'
import type { Server } from '../servers/server.ts'
import { JournalError } from './journal-errors.ts'
import type { PaymentRecord } from './journal.ts'
import { JournalledPayment } from './journalled-payment.ts'
import type { Pin, Terms, Underway, Written } from './journalled-payment.ts'
import { defaultLedgerProfile, profileOf, protectsKeys } from './ledger.ts'

/*
 * What keeps one payment from being executed twice: its record in the journal, the ledger that it must stay on, and what
 * earlier requests under its key have left behind. A safe request and a bare payment have none of it.
 */

/* From here on this process may have stood still for so long that others took it for dead. */
const staleAfterMs = 1_000

/** The protection of one payment. */
export class PaymentProtection implements Terms {
  readonly #parts: RunParts
  readonly #isSafe: boolean
  readonly #payment: JournalledPayment | undefined
  /* The journal cannot write: what is known still holds, but no key is relied on any more. */
  #goesUnwritten = false
  #openLedger: Pin | undefined
  #isBlind = false
  #writtenAtMs = 0
  #writtenAtWallTime = 0

  constructor(call: Call<unknown>, parts: RunParts, progress: Underway) {
    this.#parts = parts
    this.#isSafe = isSafe(call)
    const isJournalled = !this.#isSafe && call.key !== undefined
    const { journal, clock } = parts.settings
    this.#payment = isJournalled ? new JournalledPayment(journal, call, { clock, progress }) : undefined
  }

  /**
   * The ledger that the payment must stay on: an earlier request under its key was sent there, or an attempt is open
   * there. Undefined as well while all servers are of that ledger.
   */
  get pin(): Pin | undefined {
    const pin = this.#isSafe ? undefined : (this.#payment?.pin ?? this.#openLedger)
    return pin !== undefined && this.#parts.pool.hasOnlyLedger(pin.ledger) ? undefined : pin
  }

  /** Whether an attempt, of this request or of an earlier one under its key, may have been executed. */
  get isOpen(): boolean {
    return this.#openLedger !== undefined || this.#payment?.before.isOpen === true
  }

  /** An attempt on this server may have been executed. */
  leftOpen({ ledger }: Server): void {
    this.#openLedger ??= { ledger }
  }

  /**
   * Writes down that the payment is about to go to `server`.
   *
   * @returns `elsewhere` when its key is pinned to another ledger
   * @throws PaylbError when it must not be sent
   */
  writeAhead(server: Server): Written | Promise<Written> {
    if (this.#payment === undefined || this.#goesUnwritten) return 'written'
    try {
      const written = this.#payment.isShared
        ? this.#noted(server, this.#payment)
        : this.#payment.writeAhead(server, this)
      return written instanceof Promise ? written.catch((error: unknown) => this.#unwritten(error)) : written
    } catch (error) {
      return this.#unwritten(error)
    }
  }

  /* When it was asked is noted afterwards: a write that did not come about does not show that the claim still stands. */
  async #noted(server: Server, payment: JournalledPayment): Promise<Written> {
    const { clock } = this.#parts.settings
    const [askedAtMs, askedAtWallTime] = [clock.now(), clock.wallTime()]
    const written = await payment.writeAhead(server, this)
    this.#writtenAtMs = askedAtMs
    this.#writtenAtWallTime = askedAtWallTime
    return written
  }

  /** Whether so long has passed since the last write was asked for that this process may have been paused, and overtaken. */
  mayBeOvertaken(): boolean {
    if (this.#payment?.isShared !== true || this.#goesUnwritten) return false
    return this.#parts.settings.clock.now() - this.#writtenAtMs > staleAfterMs
  }

  #unwritten(error: unknown): Written {
    const mayGoOn = this.#parts.settings.onJournalFailure === 'continue' && isUnwritable(error)
    if (!mayGoOn) throw error
    this.#goesUnwritten = true
    this.#warn('the journal cannot write; payments go on without its protection. This is reported once', error)
    return 'written'
  }

  /**
   * Whether what may have been executed may still be sent to this server: only while its ledger surely knows the key. To be
   * asked right before the send, by the wall clock, which goes on while a machine is suspended.
   */
  maySend(server: Server): boolean {
    if (this.#payment === undefined || !(this.isOpen || this.#payment.before.conclusion === 'succeeded')) return true
    const { ledgers, clock } = this.#parts.settings
    return this.#payment.isRecognised(profileOf(server, ledgers).ttlMs, clock.wallTime())
  }

  /** Reads what earlier requests under the key have left behind, where this one did not get as far as to claim it. */
  async lookUp(): Promise<void> {
    try {
      await this.#payment?.lookUp()
    } catch (error) {
      this.#isBlind = true
      this.#warn('the journal cannot be read; what earlier requests came to is not known. This is reported once', error)
    }
  }

  /**
   * Whether this process may still speak for the payment. One that stood still may have been taken for dead, and overtaken
   * without noticing: it finds out by settling before it tells.
   */
  async mayTell(outcome: PaymentOutcome): Promise<boolean> {
    const { clock } = this.#parts.settings
    const sinceMs = clock.now() - this.#writtenAtMs
    const wallSinceMs = Math.abs(clock.wallTime() - this.#writtenAtWallTime)
    if (this.#payment?.isShared !== true || Math.max(sinceMs, wallSinceMs) <= staleAfterMs) return true
    try {
      await this.#payment.settleInTime(outcome)
      return true
    } catch {
      return false
    }
  }

  /** The column of the decision table after an attempt on `server`. */
  columnOn(server: Server): Protection {
    if (this.#isSafe) return 'safe'
    const { ledgers, clock } = this.#parts.settings
    if (this.#payment === undefined || this.#goesUnwritten || !protectsKeys(server, ledgers)) return 'bare'
    const { ttlMs } = profileOf(server, ledgers)
    return this.#payment.isRecognised(ttlMs, clock.wallTime()) ? 'keyed-same-ledger' : 'bare'
  }

  /** What the fold over the attempts must know beside them. */
  foldContext(lastServer: Server | undefined): FoldContext {
    const before = this.#payment?.before
    return {
      declineCloses: lastServer !== undefined && protectsKeys(lastServer, this.#parts.settings.ledgers),
      openBefore: before?.isOpen === true || this.#isBlind,
      concludedBefore: before?.conclusion,
    }
  }

  /** The record with the servers that this request was sent to; undefined where nothing was written. */
  recordWith(servers: readonly string[]): PaymentRecord | undefined {
    return this.#payment?.recordWith(servers)
  }

  /** Writes down how the payment ended. Nobody waits for it: a settle that is lost only means one more reconciliation. */
  settle(outcome: PaymentOutcome, progress: Underway): void {
    const payment = this.#payment
    if (payment === undefined) return
    void guarded(
      () => payment.settle(outcome),
      (error) => this.#settleFailed(error),
    )
    if (outcome === 'unknown') {
      const record = payment.recordWith(progress.servers)
      if (record !== undefined) this.#parts.recovery.leftUnknown(record)
    } else if (outcome !== 'pending' && payment.key !== undefined) {
      this.#parts.recovery.concluded(payment.key)
    }
  }

  get keepsPin(): boolean {
    return this.#parts.pool.hasSeveralLedgers || this.#parts.settings.ledger === 'none'
  }

  get wallTime(): number {
    return this.#parts.settings.clock.wallTime()
  }

  ttlMsOf(ledger: string): number {
    return (this.#parts.settings.ledgers.get(ledger) ?? defaultLedgerProfile).ttlMs
  }

  #settleFailed(error: unknown): void {
    this.#warn('how a payment ended could not be written; it will be asked about again. This is reported once', error)
  }

  #warn(message: string, error: unknown): void {
    this.#parts.observers.warn({ code: 'journal-failed', message, error })
  }
}

function isUnwritable(error: unknown): boolean {
  return JournalError.isInstance(error) && error.journalProblem === 'unavailable'
}
