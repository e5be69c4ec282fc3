import { ejectionLimit } from '../health/health.ts'
import type { HealthOptions } from '../balancer-options.ts'
import type { ServerState } from './server-state.ts'

/*
 * How many servers a pool has, has out, and can do without. Counted as it changes, so that no decision has to look at
 * every server.
 */

/** Counts the servers of a pool that are not draining. */
export class HeadCount {
  readonly #health: HealthOptions | false
  #staying = 0
  #out = 0
  #healthy = 0

  constructor(health: HealthOptions | false) {
    this.#health = health
  }

  get staying(): number {
    return this.#staying
  }

  /** Counts a server in, or out with -1: before and after everything that it is counted by changes. */
  count(state: ServerState, by: 1 | -1): void {
    if (state.isDraining) return
    this.#staying += by
    if (isOut(state)) this.#out += by
    if (state.health.state === 'healthy') this.#healthy += by
  }

  /** Whether the pool can do without this server, in addition to those that are out already. */
  canDoWithout(state: ServerState): boolean {
    const healthyOthers = this.#healthy - (state.health.state === 'healthy' ? 1 : 0)
    return healthyOthers >= this.#minAvailable() && this.#out - (isOut(state) ? 1 : 0) < this.#limit()
  }

  /** How many more are out than may be. */
  get surplus(): number {
    return this.#out - this.#limit()
  }

  /** How many healthy ones are missing. */
  get missing(): number {
    return Math.min(this.#minAvailable(), this.#staying) - this.#healthy
  }

  #minAvailable(): number {
    return this.#health === false ? 0 : this.#health.minAvailable
  }

  #limit(): number {
    return this.#health === false ? 0 : ejectionLimit(this.#staying, this.#health)
  }
}

/** A server on probation carries one request at a time, so the pool cannot count on it yet. One of weight 0 is no loss. */
export function isOut({ health, server }: ServerState): boolean {
  return health.state === 'ejected' || (health.state === 'probation' && server.weight > 0)
}
