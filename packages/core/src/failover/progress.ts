import type { Cancellation } from '../clock.ts'
import { defaultTimeouts } from '../options.ts'
import type { AttemptRecord, Outcome, OutcomeKind, PaymentOutcome } from '../outcome/outcome.ts'
import type { PaymentRecord } from '../payments/journal.ts'
import { hashKey } from '../payments/hash-key.ts'
import { JournalError } from '../payments/journal-errors.ts'
import { PaymentProtection } from '../payments/payment-protection.ts'
import type { Lease, PickRequest } from '../servers/lease.ts'
import type { Server } from '../servers/server.ts'
import type { AnsweredAttempt, AttemptContext, AttemptReport, Call } from './call.ts'
import type { Remaining } from './decide.ts'
import { fold, isOpen } from './fold.ts'
import { callHook, Left } from './left.ts'
import { isClaimLost, paymentError, refusedOutcome } from './payment-error.ts'
import type { RunParts } from './run.ts'

/* What happened to one payment so far, what is left for it, and how it ends. */

/** One payment on its way. */
export class Progress<Answer> {
  readonly #call: Call<Answer>
  readonly #parts: RunParts
  /* Undefined while nobody wants to know. */
  readonly #wallTime: number | undefined
  readonly #deadlineMs: number
  #pickRequest: PickRequest
  #held: AnsweredAttempt<Answer> | undefined
  #isHeldLast = false
  #isOvertaken = false
  #pickError: unknown
  #lastError: unknown
  /* The last one that may know of the payment. */
  #lastServer: Server | undefined
  #reconciled: 'succeeded' | 'declined' | undefined
  /** Attempts that only asked again for a payment that was still running. */
  waits = 0
  readonly startedAtMs: number
  /** When the last attempt began. */
  attemptStartedAtMs = 0
  readonly attempts: AttemptRecord[] = []
  readonly protection: PaymentProtection

  constructor(call: Call<Answer>, parts: RunParts) {
    this.#call = call
    this.#parts = parts
    this.startedAtMs = parts.settings.clock.now()
    this.#deadlineMs = this.startedAtMs + (call.totalMs ?? defaultTimeouts.totalMs)
    this.#wallTime = parts.observers.listenTo('onPaymentEnd') ? parts.settings.clock.wallTime() : undefined
    this.#pickRequest = pickRequestOf(call)
    this.protection = new PaymentProtection(call, parts, this)
  }

  /** What is left for another attempt. */
  get remaining(): Remaining {
    return new Left(this.#call, this.#parts, this)
  }

  get signal(): Cancellation | undefined {
    return this.#call.signal
  }

  /** False when the caller has gone or the time is up: then no attempt may begin. */
  isStillWanted(): boolean {
    return this.#call.signal?.aborted !== true && this.remainingMs() > 0
  }

  /** What is left of the deadline over everything. */
  remainingMs(): number {
    return this.#deadlineMs - this.#parts.settings.clock.now()
  }

  pickRequest(): PickRequest {
    const { pin } = this.protection
    return pin === undefined ? this.#pickRequest : { ...this.#pickRequest, pin }
  }

  pickFailed(error: unknown): void {
    this.#pickError = error
  }

  /** What failed before says nothing any more. */
  picked(): void {
    this.#pickError = undefined
  }

  beginAttempt(): AttemptContext {
    this.attemptStartedAtMs = this.#parts.settings.clock.now()
    const remainingMs = this.#deadlineMs - this.attemptStartedAtMs
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
    const record: Writable<AttemptRecord> = {
      server: lease.server.id,
      evidence,
      outcome: kind,
      startedAfterMs: this.attemptStartedAtMs - this.startedAtMs,
      durationMs: this.#parts.settings.clock.now() - this.attemptStartedAtMs,
    }
    if (status !== undefined) record.status = status
    if (trouble !== undefined) record.trouble = trouble
    this.attempts.push(record)
    this.#lastError = outcome.error
    if (evidence !== 'not-sent' || this.#lastServer === undefined) this.#lastServer = lease.server
    if (isOpen(kind)) this.protection.leftOpen(lease.server)
    this.#isHeldLast = report.evidence === 'answered'
    if (report.evidence === 'answered') {
      this.#discardHeld()
      this.#held = report
    }
    this.#parts.observers.tell('onAttemptEnd', record)
  }

  /** Whether an attempt before the last one may still be running. */
  hasEarlierOpenAttempt(): boolean {
    return this.#kinds()
      .slice(0, -1)
      .some((kind) => isOpen(kind))
  }

  /** The ids of the servers that were tried. */
  get servers(): readonly string[] {
    return this.attempts.map((attempt) => attempt.server)
  }

  /** Whether this is the only server that the payment may go to, so that a retry can only go to the same one. */
  isAlone(id: string): boolean {
    return this.#parts.pool.isAlone(id, this.protection.pin)
  }

  exclude(id: string): void {
    const { exclude = [] } = this.#pickRequest
    this.#pickRequest = { ...this.#pickRequest, exclude: new Set([...exclude, id]) }
  }

  /** The payment to ask about, and whom: only where its outcome is unknown and it has a key to ask by. */
  inDoubt(): { readonly payment: PaymentRecord; readonly server: Server } | undefined {
    if (this.#outcome() !== 'unknown' || this.#lastServer === undefined) return undefined
    const payment = this.protection.recordWith(this.servers)
    return payment && { payment, server: this.#lastServer }
  }

  reconciled(outcome: 'succeeded' | 'declined'): void {
    this.#reconciled = outcome
  }

  /** Nothing was sent, and not even a claim was asked for: what is told depends on earlier requests alone. */
  async lookBack(): Promise<void> {
    const isRefusal = JournalError.isInstance(this.#pickError) && this.#pickError.journalProblem === 'unavailable'
    if (this.attempts.length === 0 && !isRefusal) await this.protection.lookUp()
  }

  /** Only who still holds the payment may say that nothing was executed. */
  async confirm(): Promise<void> {
    const outcome = this.#outcome()
    if (outcome !== 'not-executed' && outcome !== 'rejected' && outcome !== 'declined') return
    if (this.#held?.ended === undefined) this.#isOvertaken = !(await this.protection.mayTell(outcome))
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
        isReconciled: this.#reconciled !== undefined,
      })
    }
    const isOnItsWay = held.ended !== undefined && this.#isHeldLast
    this.#tell(isOnItsWay ? undefined : outcome)
    if (!isOnItsWay) this.#end(outcome)
    void held.ended?.then(
      (ending) => isOnItsWay && this.#end(ending === 'complete' ? outcome : this.#outcomeOfCut()),
      () => isOnItsWay && this.#end(this.#outcomeOfCut()),
    )
    return held.answer
  }

  #outcomeOfCut(): PaymentOutcome {
    return this.#reconciled ?? 'unknown'
  }

  #outcome(): PaymentOutcome {
    if (this.#reconciled !== undefined) return this.#reconciled
    if (this.#isOvertaken) return 'unknown'
    const refused = this.attempts.length === 0 ? refusedOutcome(this.#pickError) : undefined
    if (refused !== undefined) return refused
    // As the fold says, without asking for what it would weigh.
    if (this.attempts.at(-1)?.outcome === 'succeeded') return 'succeeded'
    const outcome = fold(this.#kinds(), this.protection.foldContext(this.#lastServer))
    // Whoever has taken the payment over may be sending it.
    return isClaimLost(this.#pickError) && outcome !== 'succeeded' ? 'unknown' : outcome
  }

  #kinds(): readonly OutcomeKind[] {
    return this.attempts.map((attempt) => attempt.outcome)
  }

  #discardHeld(): void {
    if (this.#held?.discard !== undefined) this.#callHook('discard', () => this.#held?.discard?.())
  }

  #tell(outcome: PaymentOutcome | undefined): void {
    if (this.#call.onTold === undefined) return
    this.#callHook('onTold', () => this.#call.onTold?.({ outcome, attempts: this.attempts }))
  }

  #callHook(name: string, call: () => unknown): void {
    callHook(name, call, this.#parts)
  }

  #end(outcome: PaymentOutcome): void {
    const { payments, observers, settings } = this.#parts
    payments[outcome] = (payments[outcome] ?? 0) + 1
    this.protection.settle(outcome, this)
    if (!observers.listenTo('onPaymentEnd')) return
    const { method = 'POST', key } = this.#call
    const durationMs = settings.clock.now() - this.startedAtMs
    observers.tell('onPaymentEnd', {
      method,
      keyed: key !== undefined,
      ...(key === undefined ? {} : { keyHash: hashKey(key) }),
      outcome,
      attempts: this.attempts,
      startedAt: this.#wallTime ?? settings.clock.wallTime() - durationMs,
      durationMs,
    })
  }
}

type Writable<Fields> = { -readonly [Name in keyof Fields]: Fields[Name] }

function pickRequestOf({ key, method, idempotent }: Call<unknown>): PickRequest {
  const request: Writable<PickRequest> = {}
  if (key !== undefined) request.key = key
  if (method !== undefined) request.method = method
  if (idempotent !== undefined) request.idempotent = idempotent
  return request
}
