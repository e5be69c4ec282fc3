import { CorrelatedFailures } from '../health/correlated-failures.ts'
import { isOutlier } from '../health/failure-detector.ts'
import { FailureWindow } from '../health/failure-window.ts'
import {
  ejectedByCheck,
  ejectionLimit,
  endedEarly,
  healthAt,
  newlyHealthy,
  observe,
  wouldEject,
} from '../health/health.ts'
import type { Health } from '../health/health.ts'
import type { Observers } from '../observer.ts'
import type { HealthOptions, Settings } from '../options.ts'
import type { Verdict } from '../outcome/verdict.ts'
import { returnsAtMs } from './selection.ts'
import type { ServerState } from './server-state.ts'

/*
 * The health of a pool: what one server's failures mean beside the others', and how many of them may be out at once.
 * Who is out is counted as it changes, so that no decision has to look at every server.
 */

/** Keeps the health of all servers of a pool. */
export class PoolHealth {
  readonly #settings: Settings
  readonly #observers: Observers
  readonly #changed: () => void
  readonly #window: FailureWindow
  readonly #correlated: CorrelatedFailures<ServerState>
  #isFrozen = false
  /** Servers that are not draining, how many of them are out, and how many are healthy. */
  #staying = 0
  #out = 0
  #healthy = 0

  /** @param changed called when somebody's health state has changed */
  constructor(settings: Settings, observers: Observers, changed: () => void) {
    this.#settings = settings
    this.#observers = observers
    this.#changed = changed
    const { freezeShare } = settings.health || { freezeShare: 1 }
    const windowMs = windowMsOf(settings.health)
    this.#window = new FailureWindow(windowMs)
    this.#correlated = new CorrelatedFailures({ windowMs, freezeShare })
  }

  get staying(): number {
    return this.#staying
  }

  joined(state: ServerState): void {
    this.#count(state, 1)
  }

  left(state: ServerState): void {
    this.#count(state, -1)
    if (!state.isDraining) this.#forget(state)
  }

  /** What becomes of a server that only finishes its requests is nobody's health any more. */
  drains(state: ServerState): void {
    if (!state.isDraining) this.#forget(state)
    this.change(state, () => {
      state.isDraining = true
    })
  }

  /** Changes what decides whether a server is counted as staying, or as out. */
  change(state: ServerState, change: () => void): void {
    this.#count(state, -1)
    change()
    this.#count(state, 1)
  }

  /** Takes in one verdict on a server. `isUnauthorized`: a burst of 401 and 403 that shall count as a broken server. */
  observe(
    state: ServerState,
    seen: { readonly verdict: Verdict; readonly connection: boolean; readonly isUnauthorized: boolean },
    nowMs: number,
  ): void {
    const { health: options } = this.#settings
    if (options === false || state.isRemoved || state.isDraining) return
    if (this.#isFrozen) this.#isFrozenAt(nowMs)
    if (seen.verdict === 'success') this.#correlated.isGood(state)
    const observation = { ...seen, nowMs, isOutlier: this.#standsOut(state, seen, options, nowMs) }
    const isBad = wouldEject(state.health, observation, options)
    if (isBad) this.#correlated.wentBad(state, nowMs)
    const mayEject = isBad && this.#mayEject(state, nowMs)
    const chance = mayEject ? this.#settings.random() : 0
    this.set(state, observe(state.health, { ...observation, mayEject, chance }, options), nowMs)
  }

  /** Takes in what an active check found. */
  observeCheck(state: ServerState, passed: boolean, nowMs: number): void {
    const { health: options, random } = this.#settings
    if (options === false || state.isDraining) return
    if (passed) {
      this.#correlated.isGood(state)
      this.set(state, endedEarly(state.health, nowMs), nowMs)
      return
    }
    this.#correlated.wentBad(state, nowMs)
    if (state.health.state !== 'ejected' && !this.#mayEject(state, nowMs)) return
    this.set(state, ejectedByCheck(state.health, nowMs, random(), options), nowMs)
  }

  /** This machine itself could not send: no server is to blame for what happens now. */
  failedLocally(nowMs: number): void {
    if (this.#settings.health === false) return
    this.#correlated.failedLocally(nowMs)
    this.#isFrozenAt(nowMs)
  }

  /** Ends an ejection whose time has passed. */
  wake(state: ServerState, nowMs: number): void {
    if (state.health.state === 'ejected') this.set(state, healthAt(state.health, nowMs), nowMs)
  }

  set(state: ServerState, after: Health, nowMs: number): void {
    const before = state.health
    if (after === before) return
    if (after.state === before.state) {
      state.health = after
      return
    }
    this.change(state, () => {
      state.health = after
    })
    if (after.state === 'ejected') this.#eject(state, nowMs)
    if (after.state === 'probation') state.responseTime.forget()
    if (after.state === 'healthy') state.slowStartSinceMs = nowMs
    this.#changed()
    if (!state.isRemoved) this.#observers.tell('onHealthChange', { server: state.server, before, after })
  }

  /** A pool that shrank may have more servers out than it can do without: those that would return first come back. */
  releaseSurplus(states: Iterable<ServerState>, nowMs: number): void {
    this.#takeBack(states, isOut, this.#out - this.#limit(), nowMs)
    const missing = Math.min(this.#minAvailable(), this.#staying) - this.#healthy
    this.#takeBack(states, (state) => state.health.state !== 'healthy', missing, nowMs)
  }

  #takeBack(
    states: Iterable<ServerState>,
    isWanted: (state: ServerState) => boolean,
    count: number,
    nowMs: number,
  ): void {
    if (count <= 0) return
    const wanted = [...states].filter((state) => !state.isDraining && isWanted(state))
    const bySoonestReturn = wanted.toSorted((one, other) => returnsAtMs(one) - returnsAtMs(other))
    for (const state of bySoonestReturn.slice(0, count)) {
      this.set(state, newlyHealthy(nowMs, state.health.ejections), nowMs)
    }
  }

  /** Whether ejections are frozen: so much fails at once that the cause must be elsewhere. */
  isFrozenAt(nowMs: number): boolean {
    return this.#settings.health !== false && this.#isFrozenAt(nowMs)
  }

  #standsOut(
    state: ServerState,
    { verdict, isUnauthorized }: { readonly verdict: Verdict; readonly isUnauthorized: boolean },
    options: HealthOptions,
    nowMs: number,
  ): boolean {
    if (verdict === 'neutral') return false
    const own = state.window
    own.count(verdict === 'success', nowMs)
    this.#window.count(verdict === 'success', nowMs)
    if (verdict === 'success') return false
    if (isUnauthorized) return true
    const mine = own.at(nowMs)
    const all = this.#window.at(nowMs)
    return isOutlier(mine, { successes: all.successes - mine.successes, total: all.total - mine.total }, options)
  }

  /* Whether the pool can do without this server, in addition to those that are out already. */
  #mayEject(state: ServerState, nowMs: number): boolean {
    if (this.#isFrozenAt(nowMs)) return false
    const healthyOthers = this.#healthy - (state.health.state === 'healthy' ? 1 : 0)
    return healthyOthers >= this.#minAvailable() && this.#out - (isOut(state) ? 1 : 0) < this.#limit()
  }

  #eject(state: ServerState, nowMs: number): void {
    this.#window.subtract(state.window, nowMs)
    state.beginGeneration()
  }

  #forget(state: ServerState): void {
    this.#correlated.isGood(state)
    this.#window.subtract(state.window, this.#settings.clock.now())
    state.window.clear()
  }

  #isFrozenAt(nowMs: number): boolean {
    const isFrozen = this.#correlated.isFrozenAt(nowMs, this.#staying)
    if (isFrozen !== this.#isFrozen) {
      this.#isFrozen = isFrozen
      this.#observers.tell('onFreeze', { isFrozen })
    }
    return isFrozen
  }

  #count(state: ServerState, by: 1 | -1): void {
    if (state.isDraining) return
    this.#staying += by
    if (isOut(state)) this.#out += by
    if (state.health.state === 'healthy') this.#healthy += by
  }

  #minAvailable(): number {
    return this.#settings.health === false ? 0 : this.#settings.health.minAvailable
  }

  #limit(): number {
    return this.#settings.health === false ? 0 : ejectionLimit(this.#staying, this.#settings.health)
  }
}

/* A server on probation carries one request at a time, so the pool cannot count on it yet. One of weight 0 is no loss. */
function isOut({ health, server }: ServerState): boolean {
  return health.state === 'ejected' || (health.state === 'probation' && server.weight > 0)
}

/** The width of the window in which success rates are compared. */
export function windowMsOf(health: HealthOptions | false): number {
  return health === false ? 1 : health.windowMs
}
