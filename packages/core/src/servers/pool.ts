import { InvalidOptionsError } from '../errors.ts'
import { ejectedByCheck, ejectionLimit, endedEarly, healthAt, newlyHealthy } from '../health/health.ts'
import type { Health } from '../health/health.ts'
import type { Observers } from '../observer.ts'
import type { Settings } from '../options.ts'
import { PeakEwma } from './peak-ewma.ts'
import { returnsAtMs, select } from './selection.ts'
import type { Selection } from './selection.ts'
import type { Server } from './server.ts'
import { pickWeight, ServerState } from './server-state.ts'

/*
 * The servers of one balancer and what is known of them. Membership changes at run time; the state of those that stay
 * survives every change.
 */

/** The servers of one balancer. */
export class Pool {
  readonly #settings: Settings
  readonly #observers: Observers
  readonly #states = new Map<string, ServerState>()
  #selection: Selection | undefined
  #servers: readonly Server[] | undefined

  constructor(settings: Settings, observers: Observers) {
    this.#settings = settings
    this.#observers = observers
    for (const server of settings.servers) this.#states.set(server.id, this.#newState(server))
  }

  get servers(): readonly Server[] {
    this.#servers ??= [...this.#states.values()].map((state) => state.server)
    return this.#servers
  }

  get states(): readonly ServerState[] {
    return [...this.#states.values()]
  }

  /** Who may be picked at `nowMs`. The same object for as long as nothing changed. */
  selectionAt(nowMs: number): Selection {
    if (this.#selection !== undefined && nowMs < this.#selection.validUntilMs) return this.#selection
    for (const state of this.#states.values()) this.#wake(state, nowMs)
    this.#selection ??= select(this.#states.values())
    return this.#selection
  }

  add(server: Server): void {
    if (this.#states.has(server.id)) {
      throw new InvalidOptionsError('id', `a server ${JSON.stringify(server.id)} is listed already; use update`)
    }
    this.#states.set(server.id, this.#newState(server))
    this.#changed()
    this.#observers.tell('onServerAdded', server)
  }

  remove(id: string): void {
    const state = this.stateOf(id)
    this.#states.delete(id)
    state.isRemoved = true
    this.#changed()
    this.#observers.tell('onServerRemoved', state.server)
  }

  /** Resolves when nothing is in flight to the server any more. */
  drain(id: string): Promise<void> {
    const state = this.stateOf(id)
    state.isDraining = true
    this.#changed()
    return new Promise((resolve) => {
      if (state.inFlight === 0) resolve()
      else state.onIdle.push(resolve)
    })
  }

  /** Puts a new description in place of the server with the same id. */
  update(server: Server): void {
    const state = this.stateOf(server.id)
    const before = state.server
    state.server = server
    state.weight = pickWeight(server)
    this.#changed()
    if (before.url === server.url) return
    this.#observers.tell('onServerRemoved', before)
    this.#observers.tell('onServerAdded', server)
  }

  /** Makes the list equal to `servers`; those that stay keep their state, in the new order. */
  replace(servers: readonly Server[]): void {
    for (const server of servers) {
      const state = this.#states.get(server.id)
      if (state === undefined) {
        this.add(server)
        continue
      }
      this.#states.delete(server.id)
      this.#states.set(server.id, state)
      this.update(server)
    }
    /* Last, so that the list is never shorter than before or after: a short list takes ejected servers back. */
    const kept = new Set(servers.map((server) => server.id))
    for (const id of this.#states.keys()) if (!kept.has(id)) this.remove(id)
  }

  /** @throws InvalidOptionsError when no server has this id */
  stateOf(id: string): ServerState {
    const state = this.#states.get(id)
    if (state !== undefined) return state
    const known = this.servers.map((server) => server.id).join(', ')
    throw new InvalidOptionsError('id', `no server ${JSON.stringify(id)} is listed; there are ${known || 'none'}`)
  }

  /** Takes in what a server says of its own load: 0 is idle, 1 is full. */
  reportLoad(id: string, load: number): void {
    const state = this.#states.get(id)
    if (state === undefined || !Number.isFinite(load) || load < 0) return
    state.reportedLoad.report(load, state.inFlight, this.#settings.clock.now())
  }

  /** Takes in what an active check found. A stranger's is ignored: a check may outlive its server's place in the list. */
  reportCheck(id: string, passed: boolean): void {
    const state = this.#states.get(id)
    const { clock, health, random } = this.#settings
    if (state === undefined || health === false) return
    const nowMs = clock.now()
    if (passed) this.setHealth(state, endedEarly(state.health, nowMs))
    else if (!state.isDraining && this.mayEject(state)) {
      this.setHealth(state, ejectedByCheck(state.health, nowMs, random(), health))
    }
  }

  /** Whether the pool can do without this server, in addition to those that are out already. */
  mayEject(state: ServerState): boolean {
    const staying = this.states.filter((one) => !one.isDraining)
    const othersOut = staying.filter((one) => one !== state && isOut(one))
    return othersOut.length < this.#ejectionLimit(staying.length)
  }

  setHealth(state: ServerState, after: Health): void {
    const before = state.health
    if (after === before) return
    state.health = after
    if (after.state === before.state) return
    if (after.state === 'ejected') state.generation += 1
    if (after.state === 'probation') state.responseTime = new PeakEwma()
    this.#selection = undefined
    if (!state.isRemoved) this.#observers.tell('onHealthChange', { server: state.server, before, after })
  }

  #newState(server: Server): ServerState {
    return new ServerState(server, this.#settings.clock.now())
  }

  #wake(state: ServerState, nowMs: number): void {
    this.setHealth(state, healthAt(state.health, nowMs))
  }

  #changed(): void {
    this.#selection = undefined
    this.#servers = undefined
    this.#releaseSurplusEjections()
  }

  /* A pool that shrank may have more servers out than it can do without: those that would return first come back. */
  #releaseSurplusEjections(): void {
    const staying = this.states.filter((state) => !state.isDraining)
    const out = staying.filter((state) => isOut(state))
    const surplus = out.length - this.#ejectionLimit(staying.length)
    const nowMs = this.#settings.clock.now()
    const bySoonestReturn = out.toSorted((one, other) => returnsAtMs(one) - returnsAtMs(other))
    for (const state of bySoonestReturn.slice(0, Math.max(0, surplus))) {
      this.setHealth(state, newlyHealthy(nowMs, state.health.ejections))
    }
  }

  #ejectionLimit(servers: number): number {
    return this.#settings.health === false ? 0 : ejectionLimit(servers, this.#settings.health)
  }
}

/* A server on probation carries one request at a time, so the pool cannot count on it yet. One of weight 0 is no loss. */
function isOut({ health, server }: ServerState): boolean {
  return health.state === 'ejected' || (health.state === 'probation' && server.weight > 0)
}
