import { checkExecution } from '../book/check-execution.ts'
import type { Refusal } from '../faults.ts'
import type { ServerAnswer } from '../network/answer.ts'
import type { Exchange } from '../network/exchange.ts'
import type { ServerPlan } from '../scenario.ts'
import type { World } from '../world.ts'
import type { ModelledLedger } from './modelled-ledger.ts'

/*
 * A payment server. Paused, it accepts all the same, as a kernel does for a stopped process, and goes on with everything
 * when it resumes: nothing bounds how late it executes. Dead, it forgets what it worked on; what it executed stands.
 */

const refusals: Readonly<Record<Refusal, ServerAnswer>> = {
  overloaded: { status: 503 },
  'overloaded-for-a-while': { status: 503, headers: new Headers({ 'retry-after': '1' }) },
  limited: { status: 429 },
  rejected: { status: 400 },
  unauthorized: { status: 401 },
  misdirected: { status: 421 },
  'too-early': { status: 425 },
  'said-not-executed': {
    status: 503,
    headers: new Headers({ 'paylb-outcome': 'not-executed' }),
    saysNotExecuted: true,
  },
  'request-timeout': { status: 408 },
}

/** A payment server of the model. */
export class ModelledServer {
  readonly plan: ServerPlan
  readonly ledger: ModelledLedger
  readonly #world: World
  readonly #running = new Set<Exchange>()
  #waiting: (() => void)[] = []
  #state: 'up' | 'paused' | 'down' = 'up'
  #life = 1

  constructor(plan: ServerPlan, ledger: ModelledLedger, world: World) {
    this.plan = plan
    this.ledger = ledger
    this.#world = world
  }

  get id(): string {
    return this.plan.id
  }

  get isDown(): boolean {
    return this.#state === 'down'
  }

  /** Whether a question about a payment is answered now. */
  get isUp(): boolean {
    return this.#state === 'up'
  }

  pause(): void {
    if (this.#state === 'up') this.#state = 'paused'
  }

  /** Goes on, or starts again. It may die of the first thing that it does. */
  resume(): void {
    this.#state = 'up'
    const life = this.#life
    for (const go of this.#waiting.splice(0)) if (life === this.#life) go()
  }

  kill(): void {
    this.#state = 'down'
    this.#life += 1
    this.#waiting = []
    for (const exchange of this.#running) {
      this.ledger.release(exchange)
      exchange.reset()
    }
    this.#running.clear()
  }

  /** A request arrives. */
  accept(exchange: Exchange): void {
    if (this.isDown) return exchange.reset()
    this.#running.add(exchange)
    exchange.serverLife = this.#life
    this.#whenUp(() => this.#begin(exchange))
  }

  #whenUp(go: () => void): void {
    if (this.isUp) go()
    else this.#waiting.push(go)
  }

  #begin(exchange: Exchange): void {
    const { dice, faults } = this.#world
    const refusal = faults.refusals.draw(dice)
    if (refusal !== undefined) {
      this.#world.injected(refusal)
      return this.#answer(exchange, refusals[refusal])
    }
    const recognised = this.ledger.begin(exchange)
    if (recognised.state === 'answered') {
      this.#noteLate(exchange, 'a paused server found that another had executed')
      return this.#answer(exchange, recognised.answer)
    }
    if (recognised.state === 'running') return this.#answer(exchange, { status: 409 })
    if (recognised.state === 'other-request') return this.#answer(exchange, { status: 422 })
    this.#world.timeline.after(dice.between(1, 8), () => {
      if (exchange.serverLife === this.#life) this.#whenUp(() => this.#finish(exchange))
    })
  }

  #finish(exchange: Exchange): void {
    const { dice, faults } = this.#world
    const ending = exchange.payment.isSafe ? undefined : faults.endings.draw(dice)
    if (ending !== undefined) this.#world.injected(ending)
    switch (ending) {
      case undefined:
        return this.#conclude(exchange, { status: exchange.payment.isSafe ? 200 : 201 }, true)
      case 'declined':
        return this.#conclude(exchange, { status: 402 }, false)
      case 'error-before':
        return this.#conclude(exchange, { status: 500 }, false)
      case 'error-after':
        return this.#conclude(exchange, { status: 500 }, true)
      case 'overloaded-after':
        return this.#conclude(exchange, { status: 503 }, true)
      case 'accepted':
      case 'accepted-then-declined':
        return this.#acceptOnly(exchange, ending === 'accepted')
      case 'dies-after':
        this.#execute(exchange)
        this.ledger.conclude(exchange, { status: 201 })
        this.#world.coverage.sometimes('a server died after it had executed')
        this.kill()
        this.#world.timeline.after(dice.between(10, 500), () => this.resume())
    }
  }

  #conclude(exchange: Exchange, answer: ServerAnswer, executes: boolean): void {
    if (executes) this.#execute(exchange)
    this.ledger.conclude(exchange, answer)
    this.#answer(exchange, answer)
  }

  /* Written down for sure, and executed or declined later, whatever becomes of the server. */
  #acceptOnly(exchange: Exchange, executes: boolean): void {
    this.#conclude(exchange, { status: 202 }, false)
    this.#world.timeline.after(this.#world.dice.between(10, 2_000), () => {
      if (executes) this.#execute(exchange)
      this.ledger.amend(exchange, { status: executes ? 201 : 402 })
    })
  }

  #execute(exchange: Exchange): void {
    this.#noteLate(exchange, 'a paused server executed what was given up')
    checkExecution(exchange)
  }

  #answer(exchange: Exchange, answer: ServerAnswer): void {
    this.#running.delete(exchange)
    exchange.answer(answer)
  }

  #noteLate(exchange: Exchange, path: Parameters<World['coverage']['sometimes']>[0]): void {
    if (exchange.isOver && !exchange.payment.isSafe) this.#world.coverage.sometimes(path)
  }
}
