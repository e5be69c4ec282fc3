import { InvalidOptionsError } from '../errors.ts'
import { newlyHealthy } from '../health/health.ts'
import type { Health } from '../health/health.ts'
import type { Observers } from '../observer.ts'
import type { Settings } from '../options.ts'
import type { Strategy } from '../strategies/strategy.ts'
import { CellRows } from './cells.ts'
import type { PickRequest } from './lease.ts'
import { PoolHealth } from './pool-health.ts'
import { select } from './selection.ts'
import { SeenLedgers } from './seen-ledgers.ts'
import type { Selection } from './selection.ts'
import type { Server } from './server.ts'
import { cellsPerServer } from './server-row.ts'
import { ServerState } from './server-state.ts'

/*
 * The servers of one balancer and what is known of them. Membership changes at run time; the state of those that stay
 * survives every change.
 */

/* As many ids as a message can name. */
const namedServers = 20

/** The servers of one balancer. */
export class Pool {
  readonly #settings: Settings
  readonly #observers: Observers
  readonly #states = new Map<string, ServerState>()
  readonly #strategies = new Map<string, Strategy>()
  readonly #ledgers = new SeenLedgers()
  readonly #rows = new CellRows(cellsPerServer)
  #newest: Health | undefined
  readonly health: PoolHealth
  #selection: Selection | undefined
  #servers: readonly Server[] | undefined

  constructor(settings: Settings, observers: Observers) {
    this.#settings = settings
    this.#observers = observers
    this.health = new PoolHealth(settings, observers, () => {
      this.#selection = undefined
    })
    for (const server of settings.servers) this.#insert(server)
  }

  get servers(): readonly Server[] {
    this.#servers ??= Array.from(this.#states.values(), (state) => state.server)
    return this.#servers
  }

  get size(): number {
    return this.#states.size
  }

  states(): Iterable<ServerState> {
    return this.#states.values()
  }

  /** Who may be picked at `nowMs`. The same object for as long as nothing changed. */
  selectionAt(nowMs: number): Selection {
    const known = this.#selection
    if (known !== undefined && nowMs < known.validUntilMs) return known
    for (const state of this.#states.values()) if (state.health.state === 'ejected') this.health.wake(state, nowMs)
    const { health, zone } = this.#settings
    const strategyOf = (group: string): Strategy => this.strategyOf(group)
    this.#selection = select(this.#states.values(), { health, zone, strategyOf }, nowMs)
    return this.#selection
  }

  add(server: Server): void {
    if (this.#states.has(server.id)) {
      throw new InvalidOptionsError('id', `a server ${JSON.stringify(server.id)} is listed already; use update`)
    }
    this.#join(server)
    this.#changed()
    this.#observers.tell('onServerAdded', server)
  }

  remove(id: string): void {
    const state = this.stateOf(id)
    this.#leave(state)
    this.#changed()
    this.#observers.tell('onServerRemoved', state.server)
  }

  /** Resolves when nothing is in flight to the server any more. */
  drain(id: string): Promise<void> {
    const state = this.stateOf(id)
    this.health.drains(state)
    this.#changed()
    return new Promise((resolve) => {
      state.whenIdle(resolve)
    })
  }

  /** Puts a new description in place of the server with the same id. */
  update(server: Server): void {
    const before = this.#put(this.stateOf(server.id), server)
    this.#changed()
    this.#tellMoved(before, server)
  }

  /** Makes the list equal to `servers`; those that stay keep their state, in the new order. */
  replace(servers: readonly Server[]): void {
    const told: (() => void)[] = []
    for (const server of servers) {
      const state = this.#states.get(server.id)
      if (state === undefined) {
        this.#join(server)
        told.push(() => this.#observers.tell('onServerAdded', server))
        continue
      }
      this.#states.delete(server.id)
      this.#states.set(server.id, state)
      const before = this.#put(state, server)
      told.push(() => this.#tellMoved(before, server))
    }
    const kept = new Set(servers.map((server) => server.id))
    for (const [id, state] of this.#states) {
      if (kept.has(id)) continue
      this.#leave(state)
      told.push(() => this.#observers.tell('onServerRemoved', state.server))
    }
    this.#changed()
    for (const tell of told) tell()
  }

  /** @throws InvalidOptionsError when no server has this id */
  stateOf(id: string): ServerState {
    const state = this.#states.get(id)
    if (state !== undefined) return state
    const named = this.servers.slice(0, namedServers).map((server) => server.id)
    const known =
      this.size > namedServers ? `${named.join(', ')} and ${this.size - namedServers} more` : named.join(', ')
    throw new InvalidOptionsError('id', `no server ${JSON.stringify(id)} is listed; there are ${known || 'none'}`)
  }

  /** Whether keys need to be pinned, because not all servers recognise the same ones. */
  get hasSeveralLedgers(): boolean {
    return this.#ledgers.hasSeveral
  }

  /** Whether a key that is pinned to this ledger may go to every server: then a pick need not look for those it may go to. */
  hasOnlyLedger(ledger: string | undefined): boolean {
    return this.#ledgers.areAll(ledger)
  }

  /** Whether nobody else can be picked instead of this server, whatever becomes of health. */
  isAlone(id: string, pin: PickRequest['pin']): boolean {
    const state = this.#states.get(id)
    if (pin === undefined) return this.health.staying === (state === undefined || state.isDraining ? 0 : 1)
    for (const other of this.#states.values()) {
      if (other !== state && !other.isDraining && other.server.ledger === pin.ledger) return false
    }
    return true
  }

  /** Takes in what a server says of its own load: 0 is idle, 1 is full. */
  reportLoad(id: string, load: number): void {
    const state = this.#states.get(id)
    if (state === undefined || !Number.isFinite(load) || load < 0) return
    state.reportLoad(load, this.#settings.clock.now())
  }

  /** Takes in what an active check found. A stranger's is ignored: a check may outlive its server's place in the list. */
  reportCheck(id: string, passed: boolean): void {
    const state = this.#states.get(id)
    if (state !== undefined) this.health.observeCheck(state, passed, this.#settings.clock.now())
  }

  #insert(server: Server): ServerState {
    const nowMs = this.#settings.clock.now()
    const state = new ServerState(server, this.#newHealth(nowMs), this.#rows.take(), nowMs)
    this.#states.set(server.id, state)
    this.health.joined(state)
    this.#ledgers.see(server)
    return state
  }

  /* Servers that join together begin as the same object. */
  #newHealth(nowMs: number): Health {
    if (this.#newest?.state !== 'healthy' || this.#newest.healthySinceMs !== nowMs) this.#newest = newlyHealthy(nowMs)
    return this.#newest
  }

  /* Those that were there from the start are warm; one that joins later is not. */
  #join(server: Server): void {
    const state = this.#insert(server)
    if (this.#settings.health !== false) state.slowStartSinceMs = this.#settings.clock.now()
  }

  #leave(state: ServerState): void {
    this.#states.delete(state.server.id)
    this.health.left(state)
    state.group = undefined
    state.isRemoved = true
    const { numbers, at } = state
    state.whenIdle(() => this.#rows.giveBack({ numbers, at }))
  }

  #put(state: ServerState, server: Server): Server {
    const before = state.server
    this.#ledgers.see(server)
    this.health.change(state, () => {
      state.describe(server)
    })
    return before
  }

  #tellMoved(before: Server, after: Server): void {
    if (before.url === after.url) return
    this.#observers.tell('onServerRemoved', before)
    this.#observers.tell('onServerAdded', after)
  }

  #changed(): void {
    this.#selection = undefined
    this.#servers = undefined
    this.health.releaseSurplus(this.#states.values(), this.#settings.clock.now())
  }

  /** The strategy of a group of servers: each has its own, since a rotation has a position. */
  strategyOf(group: string): Strategy {
    const strategy = this.#strategies.get(group) ?? this.#settings.strategy.make()
    this.#strategies.set(group, strategy)
    return strategy
  }
}
