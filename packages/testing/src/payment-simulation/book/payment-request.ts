import type { AttemptContext, AttemptReport, Call, Fingerprint, PaymentOutcome, Server, Told } from '@paylb/core'
import { Exchange } from '../network/exchange.ts'
import type { Incarnation } from '../processes/incarnation.ts'
import { checkTold } from './check-told.ts'
import type { Payment } from './payment.ts'

/** One request of a caller for a payment, as one paylb process carries it. */
export class PaymentRequest implements Call<number> {
  readonly payment: Payment
  readonly method: string
  readonly key?: string
  /** Names this very request, so that the journal of the model knows whose claim it is. */
  readonly target: string
  readonly headMs: number
  readonly totalMs: number
  readonly signal?: AbortSignal
  readonly #abort: AbortController | undefined
  readonly #hear: (heard: Heard) => void
  #incarnation: Incarnation | undefined
  isOver = false
  startedAtMs = 0
  beganAtMs = 0
  attempts = 0
  waits = 0
  /** Which claim on the payment this request got; 0 for none. */
  claim = 0
  /** How many claims there were on the payment when the journal was last read for this request. */
  claimsSeen: number | undefined
  /** How many there were when its own claim was settled: what it tells afterwards does not speak of later ones. */
  claimsSettled: number | undefined
  executions = 0
  toldNone = false
  /** The journal could not say what it knows of the key. */
  isBlind = false
  /** The server that it was last written down for. */
  writtenTo: string | undefined
  #writes = 0
  #isLookedUp = false
  told: PaymentOutcome | undefined
  lastExchange: Exchange | undefined

  constructor(payment: Payment, terms: RequestTerms, hear: (heard: Heard) => void) {
    this.payment = payment
    this.target = `/requests/${terms.number}`
    this.method = payment.isSafe ? 'GET' : 'POST'
    if (payment.key !== undefined) this.key = payment.key
    this.headMs = terms.headMs
    this.totalMs = terms.totalMs
    this.#hear = hear
    if (!terms.mayLeave) return
    this.#abort = new AbortController()
    this.signal = this.#abort.signal
  }

  get incarnation(): Incarnation {
    if (this.#incarnation === undefined) throw new TypeError('no process carries this request yet')
    return this.#incarnation
  }

  begin(incarnation: Incarnation): void {
    this.#incarnation = incarnation
    this.startedAtMs = incarnation.clock.now()
    this.beganAtMs = incarnation.world.timeline.nowMs
  }

  /** The journal is read for it. */
  noteClaims(): void {
    this.claimsSeen = this.payment.claims
  }

  /** Somebody looks its key up, once for each request, but not known for which: nothing older can be read for this one. */
  noteLook(): void {
    if (!this.#isLookedUp) this.noteClaims()
    this.#isLookedUp = true
  }

  /** The journal gave it the right to send. */
  claimed(): void {
    this.payment.claims += 1
    this.claim = this.payment.claims
  }

  /** The journal has written down how it ended, and others may claim the payment. */
  settled(): void {
    this.claimsSettled = this.payment.claims
  }

  /** The journal has written down that it may reach this server from now on. */
  writtenAhead(server: string): void {
    this.writtenTo = server
    this.#writes += 1
    if (this.#writes < this.attempts + 2) return
    this.incarnation.world.coverage.sometimes('the journal was slow, and the write ahead was repeated')
  }

  get isGone(): boolean {
    return this.signal?.aborted === true
  }

  leave(): void {
    this.#abort?.abort()
    const exchange = this.lastExchange
    if (exchange === undefined || exchange.isOver) return
    if (exchange.isSent) this.incarnation.world.coverage.sometimes('the caller left, and the payment went on')
    exchange.cancel()
  }

  /** The caller hears how it ended, once. */
  hear(heard: Heard): void {
    if (this.isOver) return
    this.isOver = true
    this.#hear(heard)
  }

  attempt(server: Server, context: AttemptContext): Promise<AttemptReport<number>> {
    return Exchange.begin(this, server, context)
  }

  fingerprint(): Fingerprint {
    return { value: this.payment.fingerprint, isPartial: false }
  }

  onTold({ outcome }: Told): void {
    if (!this.incarnation.interact()) return
    this.told = outcome
    if (outcome !== undefined) checkTold(this, outcome)
  }
}

/** What a caller hears: an outcome, that nobody listened, or nothing that could be believed. */
export type Heard = PaymentOutcome | 'no-connection' | 'silence'

/** How a caller sends. */
export interface RequestTerms {
  /** No other request of the run has it. */
  readonly number: number
  readonly headMs: number
  readonly totalMs: number
  readonly mayLeave: boolean
}
