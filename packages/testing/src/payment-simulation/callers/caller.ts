import type { PaymentOutcome } from '@paylb/core'
import { PaymentRequest } from '../book/payment-request.ts'
import type { Heard } from '../book/payment-request.ts'
import type { Payment } from '../book/payment.ts'
import type { PaylbProcess } from '../processes/paylb-process.ts'
import type { World } from '../world.ts'

/*
 * Who wants a payment made. A caller with a key asks again, with the same key and through any process, until it knows;
 * one without a key cannot. Some leave early, some send twice at once, some ask again although they were told.
 */

const mostTries = 5
const mostConnections = 40
const youngShare = 0.6

const final: ReadonlySet<Heard> = new Set<PaymentOutcome>(['succeeded', 'declined', 'rejected'])

/** The caller of one payment. */
export class Caller {
  readonly #world: World
  readonly #payment: Payment
  #tries = 0
  #connections = 0
  #isDone = false
  #heard: Heard | undefined

  constructor(payment: Payment, world: World) {
    this.#world = world
    this.#payment = payment
  }

  /** Sends the payment for the first time. */
  begin(): void {
    const { world, payment } = this.#parts
    const fault = payment.isSafe ? undefined : world.faults.callers.draw(world.dice)
    if (fault !== undefined) world.injected(`caller ${fault}`)
    this.#try(fault === 'leaves')
    if (fault === 'duplicates' && payment.key !== undefined) {
      world.timeline.after(world.dice.between(0, 20), () => this.#try(false))
    }
    if (fault === 'asks-again-though-told' && payment.key !== undefined) {
      world.timeline.after(world.dice.between(100, 3_000), () => this.#tryIfYoung())
    }
  }

  get #parts(): { readonly world: World; readonly payment: Payment } {
    return { world: this.#world, payment: this.#payment }
  }

  #try(leaves: boolean): void {
    this.#tries += 1
    this.#send(leaves)
  }

  #send(leaves: boolean): void {
    const { world, payment } = this.#parts
    const { headMs, totalMs } = world.scenario
    this.#connections += 1
    const terms = { number: world.nextRequestNumber(), headMs, totalMs, mayLeave: leaves }
    const request = new PaymentRequest(payment, terms, (heard) => this.#hear(heard))
    const process = world.dice.oneOf(world.processes)
    process.receive(request)
    if (leaves) world.timeline.after(world.dice.between(0, headMs), () => leave(request, process))
  }

  #hear(heard: Heard): void {
    const { world, payment } = this.#parts
    world.trace.note('heard', payment.number, heard)
    if (heard === 'no-connection') return this.#connectAgain()
    const wasUnknown = this.#heard === 'unknown' || this.#heard === 'silence'
    if (heard === 'succeeded' && wasUnknown) {
      world.coverage.sometimes('an unknown payment succeeded when its caller retried')
    }
    if (final.has(heard) || this.#heard === undefined || !final.has(this.#heard)) this.#heard = heard
    if (final.has(heard)) this.#isDone = true
    if (this.#isDone || payment.key === undefined || this.#tries >= mostTries) return
    if (heard === 'not-executed' && world.dice.isTrue(0.5)) return
    const isPatient = world.scenario.hasShortTtl && world.dice.isTrue(0.1)
    const waitMs = isPatient ? world.dice.between(3_000, 30_000) : world.dice.between(20, 1_500)
    world.timeline.after(waitMs, () => this.#tryIfYoung())
  }

  /* A key that its ledger may have forgotten is a new payment, unless paylb itself still knows that it is open. */
  #tryIfYoung(): void {
    const { world, payment } = this.#parts
    const { firstSentAtMs, key = '' } = payment
    const ageMs = firstSentAtMs === undefined ? 0 : world.timeline.nowMs - firstSentAtMs
    const isYoung = ageMs < world.scenario.declaredTtlMs * youngShare
    if (isYoung || world.store.find(key)?.state === 'open') this.#try(false)
  }

  #connectAgain(): void {
    if (this.#connections > mostConnections) return
    this.#world.timeline.after(this.#world.dice.between(10, 400), () => this.#send(false))
  }
}

/* The caller hangs up. Its process sees that when it can. */
function leave(request: PaymentRequest, process: PaylbProcess): void {
  if (request.isOver) return
  process.current?.deliver(() => request.leave())
  request.hear('silence')
}
