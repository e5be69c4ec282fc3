import { ejectionLimit } from '../health/health.ts'
import type { HealthOptions } from '../balancer-options.ts'
import type { ServerState } from './server-state.ts'

/*
 * How many servers a pool has, has out, and can do without. Counted as it changes, so that no decision has to look at
 * every server. The limit holds for each priority by itself, and falls for one that another priority can stand in for:
 * a dead cloud must not keep the payments of the one that works. A limit that the user gave holds for the whole pool.
 *
 * How many are out of the priority that stands in does not matter. The limit is there so that the few that are left are
 * not overrun; a dead server in rotation beside them takes nothing off them, it only loses the payments that it gets.
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

  /** Each priority, with how many servers it has. */
  get groups(): Iterable<readonly [priority: number, staying: number]> {
    return Array.from(this.#priorities, ([priority, { staying }]) => [priority, staying] as const)
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
    return this.#surplusWith(state) - (isOut(state) ? 1 : 0) < 0
  }

  /** Whether more servers are out than may be, with nobody to stand in for them: there is one priority, or the user gave the limit. */
  get hasSurplus(): boolean {
    return (this.#priorities.size === 1 || this.#isLimitGiven()) && this.#surplus(this.#pool) > 0
  }

  /** Whether there are fewer healthy servers than there have to be. */
  get isShort(): boolean {
    return this.#pool.healthy < Math.min(this.#minAvailable(), this.#pool.staying)
  }

  #surplusWith({ server }: ServerState): number {
    if (this.#isLimitGiven()) return this.#surplus(this.#pool)
    const ofPriority = this.#priorities.get(server.priority) ?? this.#pool
    /* Only for one of weight 0 can another one stand in. */
    const kind = server.weight > 0 ? 'serving' : 'healthy'
    const hasStandIn = this.#pool[kind] > ofPriority[kind]
    return hasStandIn ? -Infinity : this.#surplus(ofPriority)
  }

  #isLimitGiven(): boolean {
    return this.#health !== false && this.#health.maxEjected !== undefined
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
