import type { AttemptContext, AttemptReport, Evidence, Server, Trouble } from '@paylb/core'
import { checkAttempt } from '../book/check-attempt.ts'
import type { PaymentRequest } from '../book/payment-request.ts'
import type { Payment } from '../book/payment.ts'
import type { NetworkFault } from '../faults.ts'
import { longestStandstillMs } from '../scenario.ts'
import type { ModelledServer } from '../servers/modelled-server.ts'
import type { World } from '../world.ts'
import { answerOf, countsAgainst, provesNothingExecuted } from './answer.ts'
import type { ServerAnswer } from './answer.ts'
import { bodyEnding } from './body-ending.ts'
import { noteAttempt, noteReport } from './note-paths.ts'
import { troubleBeforeSend } from './trouble-before-send.ts'

/*
 * One attempt as it travels: to the server, through its ledger, and back. What the sender sees and what the server does
 * are two stories that part at every fault: a reset on our side does not stop a server that has the request.
 *
 * The network loses, delays and cuts, but it does not deliver a request twice: TCP removes duplicates, and whatever
 * between us and the server repeats a POST on its own is a second sender, which the ledgers' keys are for.
 */

/** One attempt of a payment on one server. */
export class Exchange {
  readonly request: PaymentRequest
  readonly server: ModelledServer
  readonly key: string | undefined
  readonly claim: number
  readonly #world: World
  readonly #resolve: (report: AttemptReport<number> | Promise<never>) => void
  readonly #fault: NetworkFault | undefined
  #headMs = 0
  /** Bytes have left. */
  isSent = false
  /** The sender has its report, or is dead. */
  isOver = false
  isReported = false
  overAtMs = 0
  /** The status of the answer that the sender saw. */
  status: number | undefined
  /** The sender was told something that proves that nothing was executed. */
  isProvenUnexecuted = false
  hasExecuted = false
  /** The server's life in which it accepted the request. */
  serverLife = 0

  private constructor(request: PaymentRequest, server: ModelledServer, key: string | undefined, resolve: Resolve) {
    const { world } = request.incarnation
    this.request = request
    this.server = server
    this.key = key
    this.claim = request.claim
    this.#world = world
    this.#resolve = resolve
    this.#fault = world.faults.network.draw(world.dice)
  }

  /** Begins an attempt. The promise is the report that core waits for. */
  static begin(request: PaymentRequest, server: Server, context: AttemptContext): Promise<AttemptReport<number>> {
    return new Promise((resolve) => {
      const { incarnation } = request
      if (!incarnation.interact()) return
      request.attempts += 1
      const exchange = new Exchange(request, incarnation.world.serverOf(server), context.key, resolve)
      noteAttempt(exchange)
      request.payment.exchanges.push(exchange)
      checkAttempt(exchange, context)
      incarnation.watch.attempted(exchange)
      request.lastExchange = exchange
      exchange.#start(context.headMs)
    })
  }

  get payment(): Payment {
    return this.request.payment
  }

  get ledger(): string {
    return this.server.plan.ledger
  }

  /** The caller has left: what was not sent yet is not sent any more. */
  cancel(): void {
    if (!this.isSent && !this.isOver) this.#notSent('cancelled')
  }

  /** The server has read the request while this sender still waits, as far as the server can see. */
  answer(answer: ServerAnswer): void {
    const fault = this.#fault
    if (fault !== undefined) this.#world.injected(fault)
    if (fault === 'lost-answer') return
    this.#later(this.#travelMs(), () => {
      if (fault === 'reset-answer') this.#broken('connection')
      else if (fault === 'cut-answer') this.#broken('malformed', answer.status)
      else this.#answered(answer)
    })
  }

  /** The server's side of the connection is gone. */
  reset(): void {
    this.#later(this.#travelMs(), () => this.#broken('connection'))
  }

  #start(headMs: number): void {
    this.#headMs = headMs
    const { dice, scenario } = this.#world
    const fault = this.#fault
    const trouble = troubleBeforeSend(fault)
    if (trouble !== undefined) {
      this.#world.injected(fault ?? '')
      const waitMs = trouble === 'timeout' ? Math.min(scenario.connectMs, headMs) : dice.between(0, 2)
      this.#later(waitMs, () => this.#notSent(trouble))
      return this.#sendAfterGivingUp(waitMs)
    }
    if (this.server.isDown) return this.#later(dice.between(0, 2), () => this.#notSent('connection'))
    this.#send()
  }

  #sendAfterGivingUp(waitMs: number): void {
    if (this.#world.misbehaviour !== 'sends-what-was-given-up' || this.#fault !== 'connect-timeout') return
    this.#world.timeline.after(waitMs + 50, () => this.server.accept(this))
  }

  #send(): void {
    const { dice, timeline } = this.#world
    this.isSent = true
    this.payment.firstSentAtMs ??= timeline.nowMs
    this.#later(this.#headMs, () => this.#broken('timeout'))
    if (this.#fault === 'incomplete') {
      this.#world.injected('incomplete')
      return this.#later(5, () => this.#incomplete())
    }
    if (this.#fault === 'lost-request') {
      this.#world.injected('lost-request')
      return dice.isTrue(0.5) ? this.#later(dice.between(1, 50), () => this.#broken('connection')) : undefined
    }
    const travelMs = this.#fault === 'slow-request' ? dice.between(0, longestStandstillMs) : this.#travelMs()
    timeline.after(travelMs, () => this.server.accept(this))
    if (this.#fault === 'reset-after-send') this.#later(dice.between(0, 2 * travelMs), () => this.#broken('connection'))
    if (this.#fault === 'thrown') this.#later(dice.between(0, 2 * travelMs), () => this.#throw())
  }

  #travelMs(): number {
    return this.#world.dice.between(0.2, 2)
  }

  /* Everything that the sender sees happens in its process, which may be paused, or dead by then. */
  #later(ms: number, event: () => void): void {
    this.#world.timeline.after(ms, () => {
      if (!this.isOver) this.request.incarnation.deliver(event)
    })
  }

  #notSent(trouble: Trouble): void {
    this.#report({ evidence: 'not-sent', trouble, error: undefined }, true)
  }

  #broken(trouble: Trouble, status?: number): void {
    if (this.isOver) return
    if (this.#world.misbehaviour === 'connect-as-proof' && status === undefined) return this.#notSent(trouble)
    const report = { evidence: 'sent', trouble, error: undefined } as const
    this.#report(status === undefined ? report : { ...report, status }, false)
  }

  #incomplete(): void {
    this.#report({ evidence: 'sent', trouble: 'cancelled', error: undefined, incomplete: true }, true)
  }

  #throw(): void {
    if (this.isOver) return
    this.#over('threw', false)
    this.#resolve(Promise.reject(new Error('the transport failed')))
  }

  #answered(answer: ServerAnswer): void {
    const isStreamed = this.#fault === 'streamed-answer' || this.#fault === 'cut-stream'
    const ended = isStreamed && !this.isOver ? bodyEnding(this, this.#fault === 'cut-stream') : undefined
    const isProof = provesNothingExecuted(answer, this.#world.scenario) && (ended === undefined || answer.status < 421)
    this.#report(answerOf(answer, ended), isProof, answer)
  }

  #report(report: AttemptReport<number>, isProof: boolean, answer?: ServerAnswer): void {
    if (this.isOver) return
    noteReport(this, report, answer)
    this.status = answer?.status
    if (countsAgainst(report)) this.request.incarnation.watch.failed(this.server.id)
    this.#over(report.evidence, isProof)
    this.#resolve(report)
  }

  #over(what: 'threw' | Evidence, isProof: boolean): void {
    this.isOver = true
    this.isReported = true
    this.overAtMs = this.request.incarnation.clock.now()
    this.isProvenUnexecuted = isProof
    this.#world.trace.note('reported', this.payment.number, this.server.id, what, this.status)
  }
}

type Resolve = (report: AttemptReport<number> | Promise<never>) => void
