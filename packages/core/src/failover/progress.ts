import { guarded } from '../observer.ts'
import type { Warning } from '../observer.ts'
import { defaultTimeouts } from '../options.ts'
import type { AttemptRecord, Outcome, OutcomeKind, PaymentOutcome } from '../outcome/outcome.ts'
import { JournalError } from '../payments/journal-errors.ts'
import type { PaymentRecord } from '../payments/journal.ts'
import { JournalledPayment } from '../payments/journalled-payment.ts'
import type { Pin, Terms } from '../payments/journalled-payment.ts'
import { defaultLedgerProfile, profileOf, protectsKeys } from '../payments/ledger.ts'
import type { Lease, PickRequest } from '../servers/lease.ts'
import type { Server } from '../servers/server.ts'
import type { AnsweredAttempt, AttemptContext, AttemptReport, Call } from './call.ts'
import type { Remaining } from './decide.ts'
import { fold, isOpen } from './fold.ts'
import { paymentError, refusedOutcome } from './payment-error.ts'
import { isSafe } from './protection.ts'
import type { Protection } from './protection.ts'
import type { RunParts } from './run.ts'

/* What happened to one payment so far, what is left for it, and how it ends. */

/** One payment on its way. */
export class Progress<Answer> {
  readonly #call: Call<Answer>
  readonly #parts: RunParts
  readonly #excluded = new Set<string>()
  readonly #wallTime: number
  readonly #isSafe: boolean
  #payment: JournalledPayment | undefined
  #attemptStartedAtMs = 0
  #held: AnsweredAttempt<Answer> | undefined
  #isHeldLast = false
  #pickError: unknown
  #lastError: unknown
  #lastServer: Server | undefined
  #openLedger: Pin | undefined
  #reconciled: 'succeeded' | 'declined' | undefined
  /** Attempts that only asked again for a payment that was still running. */
  waits = 0
  readonly startedAtMs: number
  readonly attempts: AttemptRecord[] = []

  constructor(call: Call<Answer>, parts: RunParts) {
    this.#call = call
    this.#parts = parts
    this.startedAtMs = parts.settings.clock.now()
    this.#wallTime = parts.settings.clock.wallTime()
    this.#isSafe = isSafe(call)
    const isJournalled = !this.#isSafe && call.key !== undefined
    this.#payment = isJournalled ? new JournalledPayment(parts.settings.journal, call) : undefined
  }

  get signal(): AbortSignal | undefined {
    return this.#call.signal
  }

  /** False when the caller has gone or the time is up: then no attempt may begin. */
  isStillWanted(): boolean {
    return this.#call.signal?.aborted !== true && this.remainingMs() > 0
  }

  /** What is left of the deadline over everything. */
  remainingMs(): number {
    const totalMs = this.#call.totalMs ?? defaultTimeouts.totalMs
    return this.startedAtMs + totalMs - this.#parts.settings.clock.now()
  }

  pickRequest(): PickRequest {
    const { key, method, idempotent } = this.#call
    const { pin } = this
    return {
      exclude: this.#excluded,
      ...(key === undefined ? {} : { key }),
      ...(method === undefined ? {} : { method }),
      ...(idempotent === undefined ? {} : { idempotent }),
      ...(pin === undefined ? {} : { pin }),
    }
  }

  /** The ledger that the payment must stay on: an earlier request under its key was sent there, or an attempt is open there. */
  get pin(): Pin | undefined {
    if (this.#isSafe || !this.#parts.pool.hasSeveralLedgers) return undefined
    return this.#payment?.pin ?? this.#openLedger
  }

  pickFailed(error: unknown): void {
    this.#pickError = error
  }

  /**
   * Writes down that the payment is about to go to `server`.
   *
   * @returns `elsewhere` when its key is pinned to another ledger
   * @throws PaylbError when it must not be sent
   */
  async writeAhead(server: Server): Promise<'written' | 'elsewhere'> {
    if (this.#payment === undefined) return 'written'
    try {
      return await this.#payment.writeAhead(server, this.#terms())
    } catch (error) {
      const mayGoOn = this.#parts.settings.onJournalFailure === 'continue' && isUnwritable(error)
      if (!mayGoOn) throw error
      this.#payment = undefined
      this.#warn('journal-failed', 'the journal cannot write; payments go on without its protection', error)
      return 'written'
    }
  }

  beginAttempt(): AttemptContext {
    this.#attemptStartedAtMs = this.#parts.settings.clock.now()
    const remainingMs = this.remainingMs()
    return {
      number: this.attempts.length + 1,
      headMs: Math.min(this.#call.headMs ?? defaultTimeouts.headMs, remainingMs),
      remainingMs,
      key: this.#call.key,
    }
  }

  /** Takes in how an attempt ended. The last answer is kept: it is given when no later attempt brings another one. */
  add(lease: Lease, report: AttemptReport<Answer>, outcome: Outcome): void {
    const { kind, evidence, status, trouble } = outcome
    const record: AttemptRecord = {
      server: lease.server.id,
      evidence,
      outcome: kind,
      ...(status === undefined ? {} : { status }),
      ...(trouble === undefined ? {} : { trouble }),
      startedAfterMs: this.#attemptStartedAtMs - this.startedAtMs,
      durationMs: this.#parts.settings.clock.now() - this.#attemptStartedAtMs,
    }
    this.attempts.push(record)
    this.#lastError = outcome.error
    this.#lastServer = lease.server
    if (isOpen(kind)) this.#openLedger ??= { ledger: lease.server.ledger }
    this.#isHeldLast = report.evidence === 'answered'
    if (report.evidence === 'answered') {
      this.#discardHeld()
      this.#held = report
    }
    this.#parts.observers.tell('onAttemptEnd', record)
  }

  /** What protects the payment from being executed twice when it is sent again after an attempt on `server`. */
  protectionOn(server: Server): Protection {
    if (this.#isSafe) return 'safe'
    const { ledgers, clock } = this.#parts.settings
    if (this.#payment === undefined || !protectsKeys(server, ledgers)) return 'bare'
    const { ttlMs } = profileOf(server, ledgers)
    return this.#payment.isRecognised(ttlMs, clock.wallTime()) ? 'keyed-same-ledger' : 'bare'
  }

  remaining(): Remaining {
    return {
      attempts: this.#parts.settings.maxAttempts - (this.attempts.length - this.waits),
      timeMs: this.remainingMs(),
      replayable: this.#isReplayable(),
      callerWaits: this.#call.signal?.aborted !== true,
      open: this.#openLedger !== undefined || this.#payment?.before.isOpen === true,
    }
  }

  /** Whether an attempt before the last one may still be running. */
  hasEarlierOpenAttempt(): boolean {
    return this.#kinds()
      .slice(0, -1)
      .some((kind) => isOpen(kind))
  }

  /** Whether this is the only server that the payment may go to, so that a retry can only go to the same one. */
  isAlone(id: string): boolean {
    return this.#parts.pool.isAlone(id, this.pin)
  }

  exclude(id: string): void {
    this.#excluded.add(id)
  }

  /** The payment to ask about, and whom: only where its outcome is unknown and it has a key to ask by. */
  inDoubt(): { readonly payment: PaymentRecord; readonly server: Server } | undefined {
    if (this.#outcome() !== 'unknown' || this.#lastServer === undefined) return undefined
    const payment = this.#payment?.recordWith(this.attempts.map((attempt) => attempt.server))
    return payment && { payment, server: this.#lastServer }
  }

  reconciled(outcome: 'succeeded' | 'declined'): void {
    this.#reconciled = outcome
  }

  /** The end of the payment: the answer that counts, or the error that says what is known. */
  conclude(): Answer {
    const outcome = this.#outcome()
    const held = this.#held
    if (held === undefined) {
      this.#tell(outcome)
      this.#end(outcome)
      throw paymentError({
        outcome,
        attempts: this.attempts,
        pickError: this.#pickError,
        attemptError: this.#lastError,
        callerHasGone: this.#call.signal?.aborted === true,
      })
    }
    const isOnItsWay = held.ended !== undefined && this.#isHeldLast
    this.#tell(isOnItsWay ? undefined : outcome)
    if (!isOnItsWay) this.#end(outcome)
    void held.ended?.then(
      (ending) => isOnItsWay && this.#end(ending === 'complete' ? outcome : 'unknown'),
      () => isOnItsWay && this.#end('unknown'),
    )
    return held.answer
  }

  #outcome(): PaymentOutcome {
    if (this.#reconciled !== undefined) return this.#reconciled
    const refused = this.attempts.length === 0 ? refusedOutcome(this.#pickError) : undefined
    if (refused !== undefined) return refused
    const before = this.#payment?.before
    const declineCloses = this.#lastServer !== undefined && protectsKeys(this.#lastServer, this.#parts.settings.ledgers)
    return fold(this.#kinds(), {
      declineCloses,
      openBefore: before?.isOpen === true,
      concludedBefore: before?.conclusion,
    })
  }

  #kinds(): readonly OutcomeKind[] {
    return this.attempts.map((attempt) => attempt.outcome)
  }

  #terms(): Terms {
    const { ledgers, clock } = this.#parts.settings
    return {
      keepsPin: this.#parts.pool.hasSeveralLedgers || this.#parts.settings.ledger === 'none',
      wallTime: clock.wallTime(),
      ttlMsOf: (ledger) => (ledgers.get(ledger) ?? defaultLedgerProfile).ttlMs,
    }
  }

  #isReplayable(): boolean {
    return this.#callHook('replayable', () => this.#call.replayable?.() ?? true) === true
  }

  #discardHeld(): void {
    this.#callHook('discard', () => this.#held?.discard?.())
  }

  #tell(outcome: PaymentOutcome | undefined): void {
    this.#callHook('onTold', () => this.#call.onTold?.({ outcome, attempts: this.attempts }))
  }

  #callHook<Returned>(name: string, call: () => Returned): Returned | undefined {
    const message = `${name} of a call threw; the payment went on. This is reported once`
    return guarded(call, (error) => this.#warn('caller-hook-threw', message, error))
  }

  #warn(code: Warning['code'], message: string, error: unknown): void {
    this.#parts.observers.warn({ code, message, error })
  }

  #end(outcome: PaymentOutcome): void {
    const { payments, observers, settings } = this.#parts
    payments[outcome] = (payments[outcome] ?? 0) + 1
    this.#settle(outcome)
    observers.tell('onPaymentEnd', {
      method: this.#call.method ?? 'POST',
      keyed: this.#call.key !== undefined,
      outcome,
      attempts: this.attempts,
      startedAt: this.#wallTime,
      durationMs: settings.clock.now() - this.startedAtMs,
    })
  }

  /* Nobody waits for it: a settle that is lost only means one more reconciliation. */
  #settle(outcome: PaymentOutcome): void {
    const payment = this.#payment
    if (payment === undefined) return
    payment.settle(outcome).catch((error: unknown) => {
      this.#warn('journal-failed', 'how a payment ended could not be written; it will be asked about again', error)
    })
    const record =
      outcome === 'unknown' ? payment.recordWith(this.attempts.map((attempt) => attempt.server)) : undefined
    if (record !== undefined) this.#parts.recovery.leftUnknown(record)
  }
}

function isUnwritable(error: unknown): boolean {
  return JournalError.isInstance(error) && error.journalProblem !== 'conflict'
}
