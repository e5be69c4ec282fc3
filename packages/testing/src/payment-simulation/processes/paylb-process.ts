import type { PaymentRequest } from '../book/payment-request.ts'
import type { World } from '../world.ts'
import { Incarnation } from './incarnation.ts'

/** A paylb process with its lives, its pauses, and its wall clock. */
export class PaylbProcess {
  readonly number: number
  readonly #world: World
  #current: Incarnation | undefined
  #lives = 0
  #isPaused = false
  #delivered: (() => void)[] = []
  /** How far its wall clock is from the true time. */
  wallOffsetMs = 0
  /** For how long its machine was suspended: its own clock lags behind by that. */
  suspendedMs = 0

  constructor(number: number, world: World) {
    this.number = number
    this.#world = world
  }

  /** Undefined while it is down. */
  get current(): Incarnation | undefined {
    return this.#current
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  start(): void {
    if (this.#current !== undefined) return
    this.#lives += 1
    this.#world.timeline.stir()
    this.#world.trace.note('process starts', this.number)
    if (this.#world.misbehaviour === 'forgets-pins' && this.#lives > 1) this.#world.store.forgetPins()
    this.#current = new Incarnation(this, this.#lives, this.#world)
  }

  /** Dies, and is started again a little later. */
  crash(): void {
    const dead = this.#current
    if (dead === undefined) return
    this.#world.trace.note('process dies', this.number)
    this.#current = undefined
    this.#isPaused = false
    this.#delivered = []
    dead.die()
    this.#world.store.owners.isGone(dead.name)
    this.#world.timeline.after(this.#world.dice.between(1, 3_000), () => this.start())
  }

  pause(): void {
    if (this.#current === undefined || this.#isPaused) return
    this.#isPaused = true
    this.#world.trace.note('process pauses', this.number)
    for (const request of this.#current.requests) this.#loosePatience(request)
  }

  /** Goes on. What reached it meanwhile happens now, one thing after the other. */
  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#world.trace.note('process resumes', this.number)
    const current = this.#current
    for (const event of this.#delivered.splice(0)) this.#world.timeline.after(0, () => current?.deliver(event))
  }

  deliver(event: () => void): void {
    if (this.#isPaused) {
      this.#delivered.push(event)
      return
    }
    this.#world.timeline.stir()
    event()
  }

  /** A caller connects. A paused process accepts all the same, as its kernel does. */
  receive(request: PaymentRequest): void {
    const carrier = this.#current
    if (carrier === undefined) return request.hear('no-connection')
    if (this.#isPaused) this.#loosePatience(request)
    carrier.deliver(() => carrier.carry(request))
  }

  /* Who waits for a paused process gives up at some time. */
  #loosePatience(request: PaymentRequest): void {
    this.#world.timeline.after(request.totalMs, () => request.hear('silence'))
  }
}
