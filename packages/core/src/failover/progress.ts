import { guarded } from '../observer.ts'
import { defaultTimeouts } from '../options.ts'
import type { AttemptRecord, Outcome, OutcomeKind, PaymentOutcome } from '../outcome/outcome.ts'
import type { Lease, PickRequest } from '../servers/lease.ts'
import type { AnsweredAttempt, AttemptContext, AttemptReport, Call } from './call.ts'
import type { Remaining } from './decide.ts'
import { fold, isOpen } from './fold.ts'
import { paymentError } from './payment-error.ts'
import { protectionOf } from './protection.ts'
import type { Protection } from './protection.ts'
import type { RunParts } from './run.ts'

/* What happened to one payment so far, what is left for it, and how it ends. */

/** One payment on its way. */
export class Progress<Answer> {
  readonly #call: Call<Answer>
  readonly #parts: RunParts
  readonly #excluded = new Set<string>()
  readonly #wallTime: number
  #attemptStartedAtMs = 0
  #held: AnsweredAttempt<Answer> | undefined
  #isHeldLast = false
  #pickError: unknown
  #lastError: unknown
  readonly startedAtMs: number
  readonly protection: Protection
  readonly attempts: AttemptRecord[] = []

  constructor(call: Call<Answer>, parts: RunParts) {
    this.#call = call
    this.#parts = parts
    this.startedAtMs = parts.settings.clock.now()
    this.#wallTime = parts.settings.clock.wallTime()
    this.protection = protectionOf(call)
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
    return {
      exclude: this.#excluded,
      ...(key === undefined ? {} : { key }),
      ...(method === undefined ? {} : { method }),
      ...(idempotent === undefined ? {} : { idempotent }),
    }
  }

  pickFailed(error: unknown): void {
    this.#pickError = error
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
    this.#isHeldLast = report.evidence === 'answered'
    if (report.evidence === 'answered') {
      this.#discardHeld()
      this.#held = report
    }
    this.#parts.observers.tell('onAttemptEnd', record)
  }

  remaining(): Remaining {
    return {
      attempts: this.#parts.settings.maxAttempts - this.attempts.length,
      timeMs: this.remainingMs(),
      replayable: this.#isReplayable(),
      callerWaits: this.#call.signal?.aborted !== true,
      open: this.#kinds().some((kind) => isOpen(kind)),
    }
  }

  /** Whether this is the only server, so that a retry can only go to the same one. */
  isAlone(id: string): boolean {
    return this.#parts.pool.isAlone(id)
  }

  exclude(id: string): void {
    this.#excluded.add(id)
  }

  /** The end of the payment: the answer that counts, or the error that says what is known. */
  conclude(): Answer {
    const outcome = fold(this.#kinds())
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

  #kinds(): readonly OutcomeKind[] {
    return this.attempts.map((attempt) => attempt.outcome)
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
    const onError = (error: unknown): void => {
      const message = `${name} of a call threw; the payment went on. This is reported once`
      this.#parts.observers.warn({ code: 'caller-hook-threw', message, error })
    }
    return guarded(call, onError)
  }

  #end(outcome: PaymentOutcome): void {
    const { payments, observers, settings } = this.#parts
    payments[outcome] = (payments[outcome] ?? 0) + 1
    observers.tell('onPaymentEnd', {
      method: this.#call.method ?? 'POST',
      keyed: this.#call.key !== undefined,
      outcome,
      attempts: this.attempts,
      startedAt: this.#wallTime,
      durationMs: settings.clock.now() - this.startedAtMs,
    })
  }
}
