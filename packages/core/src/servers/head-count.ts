import { ejectionLimit } from '../health/health.ts'
import type { HealthOptions } from '../balancer-options.ts'
import type { ServerState } from './server-state.ts'

/*
 * How many servers a pool has, has out, and can do without. Counted as it changes, so that no decision has to look at
 * every server. The limit holds for each priority by itself, and falls for one that another priority can stand in for:
 * a dead cloud must not keep the payments of the one that works. A limit that the user gave holds for the whole pool.
 */

interface Heads {
  staying: number
  out: number
  healthy: number
  /** Healthy, and with a weight: can stand in for others. */
  serving: number
}

/** Counts the servers of a pool that are not draining. */
export class HeadCount {
  readonly #health: HealthOptions | false
  readonly #pool: Heads = noHeads()
  readonly #priorities = new Map<number, Heads>()

  constructor(health: HealthOptions | false) {
    this.#health = health
  }

  get staying(): number {
    return this.#pool.staying
  }

  /** Counts a server in, or out with -1: before and after everything that it is counted by changes. */
  count(state: ServerState, by: 1 | -1): void {
    if (state.isDraining) return
    const { priority } = state.server
    const ofPriority = this.#priorities.get(priority) ?? noHeads()
    add(state, this.#pool, by)
    add(state, ofPriority, by)
    if (ofPriority.staying > 0) this.#priorities.set(priority, ofPriority)
    else this.#priorities.delete(priority)
  }

  /** Whether the pool can do without this server, in addition to those that are out already. */
  canDoWithout(state: ServerState): boolean {
    const healthyOthers = this.#pool.healthy - (state.health.state === 'healthy' ? 1 : 0)
    if (healthyOthers < this.#minAvailable()) return false
    return this.#surplusAmong(state.server.priority) - (isOut(state) ? 1 : 0) < 0
  }

  /** Whether more servers are out than may be. */
  get hasSurplus(): boolean {
    for (const priority of this.#priorities.keys()) if (this.#surplusAmong(priority) > 0) return true
    return false
  }

  /** Whether this server is one of those of which too many are out. */
  isSurplus(state: ServerState): boolean {
    return isOut(state) && this.#surplusAmong(state.server.priority) > 0
  }

  /** Whether there are fewer healthy servers than there have to be. */
  get isShort(): boolean {
    return this.#pool.healthy < Math.min(this.#minAvailable(), this.#pool.staying)
  }

  #surplusAmong(priority: number): number {
    if (this.#health !== false && this.#health.maxEjected !== undefined) return this.#surplus(this.#pool)
    return this.#isCovered(priority) ? -Infinity : this.#surplus(this.#priorities.get(priority) ?? this.#pool)
  }

  /* Whether another priority has no more out than it may have, and somebody to carry the load. */
  #isCovered(priority: number): boolean {
    for (const [other, heads] of this.#priorities) {
      if (other !== priority && heads.serving > 0 && this.#surplus(heads) <= 0) return true
    }
    return false
  }

  #surplus({ out, staying }: Heads): number {
    return out - (this.#health === false ? 0 : ejectionLimit(staying, this.#health))
  }

  #minAvailable(): number {
    return this.#health === false ? 0 : this.#health.minAvailable
  }
}

function noHeads(): Heads {
  return { staying: 0, out: 0, healthy: 0, serving: 0 }
}

function add(state: ServerState, heads: Heads, by: 1 | -1): void {
  heads.staying += by
  if (isOut(state)) heads.out += by
  if (state.health.state !== 'healthy') return
  heads.healthy += by
  if (state.server.weight > 0) heads.serving += by
}

/** A server on probation carries one request at a time, so the pool cannot count on it yet. One of weight 0 is no loss. */
export function isOut({ health, server }: ServerState): boolean {
  return health.state === 'ejected' || (health.state === 'probation' && server.weight > 0)
}
