import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from './ask.ts'
import { drawPayment, isOpen } from './payment.ts'
import type { Payment, PaymentHabits } from './payment.ts'

/*
 * Callers at the API, each with one payment at a time. A caller who does not know what became of a payment sends it
 * again under the same key, as long as it takes within reason; a bare payment is never sent again.
 */

/** How callers behave. */
export interface CallerHabits extends PaymentHabits {
  readonly seed: number
  readonly callers: number
  /** How often a payment is sent again whose outcome is not known. */
  readonly mostRepeats: number
}

/** What callers need of the world. */
export interface CallerWorld {
  /** Where the API is now; waits while it is down. */
  url(): Promise<string>
  isEnough(): boolean
  /** A caller meant to leave before the answer; true when the answer was slower. */
  onHangUp(hasLeft: boolean): void
  readonly signal: AbortSignal
}

const firstRepeatMs = 50
const longestRepeatMs = 1_000

/** All callers, and what they know. */
export class Callers {
  readonly #habits: CallerHabits
  readonly #world: CallerWorld
  readonly #agent: Agent
  readonly #inFlight = new Set<Payment>()
  readonly payments: Payment[] = []

  constructor(habits: CallerHabits, world: CallerWorld) {
    this.#habits = habits
    this.#world = world
    this.#agent = new Agent({ keepAlive: true, maxSockets: habits.callers })
  }

  /** The payments of which a request is with the API now. */
  get inFlight(): ReadonlySet<Payment> {
    return this.#inFlight
  }

  /** Resolves when no request is with the API: to be called while it is down. */
  async allBroken(): Promise<void> {
    while (this.#inFlight.size > 0) await this.#sleep(1)
  }

  /** Sends payments until it is enough and every caller knows, or has given up. Rejects when aborted. */
  async run(): Promise<void> {
    try {
      await Promise.all(Array.from({ length: this.#habits.callers }, () => this.#call()))
    } finally {
      this.#agent.destroy()
    }
  }

  async #call(): Promise<void> {
    while (!this.#world.isEnough()) {
      const payment = drawPayment(this.#habits.seed, this.payments.length + 1, this.#habits)
      this.payments.push(payment)
      await this.#pay(payment)
      await this.#sleep(payment.thinkMs)
    }
  }

  async #pay(payment: Payment): Promise<void> {
    await this.#send(payment)
    payment.firstOutcome = payment.outcome
    for (let repeat = 0; repeat < this.#habits.mostRepeats; repeat += 1) {
      if (payment.key === undefined || !isOpen(payment.outcome)) return
      await this.#sleep(Math.min(firstRepeatMs * 2 ** repeat, longestRepeatMs))
      await this.#send(payment)
    }
  }

  async #send(payment: Payment): Promise<void> {
    const url = await this.#world.url()
    this.#world.signal.throwIfAborted()
    const leaving = payment.requests === 0 ? payment.hangsUpAfterMs : undefined
    payment.requests += 1
    payment.isAnswered = false
    this.#inFlight.add(payment)
    const sentAt = performance.now()
    const told = await ask(url, this.#agent, payment, leaving === undefined ? undefined : AbortSignal.timeout(leaving))
    payment.latenciesMs.push(performance.now() - sentAt)
    this.#inFlight.delete(payment)
    payment.outcome = told.outcome
    payment.isAnswered = told.isAnswered
    if (leaving !== undefined) this.#world.onHangUp(!told.isAnswered)
  }

  async #sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#world.signal })
  }
}
