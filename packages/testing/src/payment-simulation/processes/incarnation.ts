import type { Balancer, Journal } from '@paylb/core'
import type { PaymentRequest } from '../book/payment-request.ts'
import { SimulatedJournal } from '../journal/simulated-journal.ts'
import type { World } from '../world.ts'
import { balancerOptions } from './balancer-options.ts'
import { Members } from './members.ts'
import type { PaylbProcess } from './paylb-process.ts'
import { ProcessClock } from './process-clock.ts'
import { Watch } from './watch.ts'

/*
 * One life of a paylb process. Everything that reaches it from outside is delivered, and everything that it does outside
 * is an interaction. Dead, nothing is delivered to it and no interaction has an effect: its promises wait for ever, as if
 * its memory were gone. So it can die at any await, and between any two things that it does.
 */

/** A paylb process from its start to its death. */
export class Incarnation {
  readonly world: World
  readonly process: PaylbProcess
  readonly name: string
  readonly clock: ProcessClock
  readonly members: Members
  readonly watch: Watch
  readonly journal: Journal
  readonly balancer: Balancer
  readonly #requests = new Map<string, PaymentRequest>()
  isDead = false
  #interactionsLeft = Infinity

  constructor(process: PaylbProcess, life: number, world: World) {
    this.world = world
    this.process = process
    this.name = `p${process.number}.${life}`
    this.clock = new ProcessClock(this)
    const { subject, scenario } = world
    const isDurable = scenario.journal === 'durable'
    this.journal = isDurable ? new SimulatedJournal(this) : subject.memoryJournal({ clock: this.clock })
    this.watch = new Watch(this)
    this.balancer = subject.createBalancer(balancerOptions(this))
    this.members = new Members(this)
    this.#recoverAgainAndAgain()
  }

  /** Requests that are under way. */
  get requests(): Iterable<PaymentRequest> {
    return this.#requests.values()
  }

  requestTo(target: string | undefined): PaymentRequest | undefined {
    return this.#requests.get(target ?? '')
  }

  /** Whether the process is still there to do what it is about to do. */
  interact(): boolean {
    if (this.isDead) return false
    this.#interactionsLeft -= 1
    if (this.#interactionsLeft > 0) return true
    this.process.crash()
    return false
  }

  dieAfter(interactions: number): void {
    this.#interactionsLeft = interactions
  }

  /** Something reaches the process: at once, or when it is no longer paused. */
  deliver(event: () => void): void {
    if (!this.isDead) this.process.deliver(event)
  }

  later(ms: number, event: () => void): void {
    this.world.timeline.after(ms, () => this.deliver(event))
  }

  /** Asks something durable outside. `work` is done there, `slowMs` at the most after it was asked and before it is answered. */
  ask<Result>(work: () => Result, slowMs: number): Promise<Result> {
    if (!this.interact()) return new Promise(() => {})
    if (slowMs === 0) return new Promise((resolve) => resolve(work()))
    const { dice, timeline } = this.world
    return new Promise((resolve, reject) => {
      timeline.after(dice.between(0, slowMs), () => {
        if (this.isDead) return
        const answer = answerOf(work, resolve, reject)
        this.later(dice.between(0, slowMs), answer)
      })
    })
  }

  /** Carries a request of a caller. */
  carry(request: PaymentRequest): void {
    if (!this.interact()) return
    request.begin(this)
    this.world.busyAtMs = this.world.timeline.nowMs
    this.watch.requestBegan()
    this.#requests.set(request.target, request)
    const ended = (): void => this.#ended(request)
    this.balancer.run(request).then(ended, (error: unknown) => {
      this.watch.ran(request, error)
      ended()
    })
  }

  /** Everything in memory is gone. */
  die(): void {
    this.isDead = true
    const { coverage } = this.world
    if (this.#requests.size > 0) coverage.sometimes('a process died with a payment in flight')
    if (this.journal instanceof SimulatedJournal) this.journal.die()
    for (const request of this.requests) request.hear('silence')
    this.#requests.clear()
  }

  #ended(request: PaymentRequest): void {
    if (this.isDead) return
    this.#requests.delete(request.target)
    this.world.busyAtMs = this.world.timeline.nowMs
    this.watch.requestEnded(request)
    /* Nothing could be promised of an answer that was on its way; a caller who reads it to its end takes its status. */
    request.hear(request.told ?? 'unknown')
  }

  #recoverAgainAndAgain(): void {
    const { recoverEveryMs } = this.world.scenario
    if (this.world.isEnding) return
    this.balancer.recover().catch((error: unknown) => this.watch.recoveryFailed(error))
    this.later(recoverEveryMs, () => this.#recoverAgainAndAgain())
  }
}

function answerOf<Result>(
  work: () => Result,
  resolve: (result: Result) => void,
  reject: (error: unknown) => void,
): () => void {
  try {
    const result = work()
    return () => resolve(result)
  } catch (error) {
    return () => reject(error)
  }
}
