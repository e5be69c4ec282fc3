import { Payment } from '../book/payment.ts'
import type { World } from '../world.ts'
import { Caller } from './caller.ts'

/** Payments that come in, one after the other, at random times. */
export class Arrivals {
  readonly #world: World
  readonly #count: number
  #arrived = 0

  constructor(count: number, world: World) {
    this.#world = world
    this.#count = count
  }

  get areOver(): boolean {
    return this.#arrived === this.#count
  }

  start(): void {
    const { timeline, dice, scenario } = this.#world
    timeline.after(dice.gapMs(scenario.paymentsPerSecond), () => {
      this.#arrive()
      if (!this.areOver) this.start()
    })
  }

  #arrive(): void {
    const { dice, scenario } = this.#world
    this.#arrived += 1
    const isSafe = dice.isTrue(scenario.safeShare)
    const kind = isSafe ? 'safe' : dice.isTrue(scenario.keyedShare) ? 'keyed' : 'bare'
    const payment = new Payment(this.#arrived, kind)
    this.#begin(payment)
    if (kind === 'keyed') this.#maybeReuseItsKey(payment)
  }

  #begin(payment: Payment): void {
    this.#world.payments.set(payment.fingerprint, payment)
    new Caller(payment, this.#world).begin()
  }

  #maybeReuseItsKey(payment: Payment): void {
    const { dice, faults, timeline } = this.#world
    if (faults.callers.draw(dice) !== 'reuses-the-key') return
    this.#world.injected('caller reuses-the-key')
    timeline.after(dice.between(0, 1_000), () => this.#begin(payment.impostor(payment.number + this.#count)))
  }
}
