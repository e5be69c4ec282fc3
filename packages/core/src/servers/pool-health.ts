import { CorrelatedFailures } from '../health/correlated-failures.ts'
import { isOutlier } from '../health/failure-detector.ts'
import { FailureWindow } from '../health/failure-window.ts'
import { ejectedByCheck, endedEarly, healthAt, newlyHealthy, observe, wouldEject } from '../health/health.ts'
import type { Health, Observation } from '../health/health.ts'
import type { Observers } from '../observer.ts'
import type { Settings } from '../options.ts'
import { HeadCount, isOut } from './head-count.ts'
import { returnsAtMs } from './selection.ts'
import { countInWindow, forgetResponseTime, windowOf } from './server-row.ts'
import type { ServerState } from './server-state.ts'

/*
 * The health of a pool: what one server's failures mean beside the others', and who may be taken out for them.
 */

const success = { verdict: 'success', connection: false, isOutlier: false } as const

/** Keeps the health of all servers of a pool. */
export class PoolHealth {
  readonly #settings: Settings
  readonly #observers: Observers
  readonly #changed: () => void
  readonly #windowMs: number
  readonly #window: FailureWindow
  readonly #correlated: CorrelatedFailures<ServerState>
  #isFrozen = false
  readonly #heads: HeadCount

  /** @param changed called when somebody's health state has changed */
  constructor(settings: Settings, observers: Observers, changed: () => void) {
    this.#settings = settings
    this.#observers = observers
    this.#changed = changed
    this.#heads = new HeadCount(settings.health)
    const { freezeShare } = settings.health || { freezeShare: 1 }
    this.#windowMs = settings.health === false ? 1 : settings.health.windowMs
    this.#window = new FailureWindow(this.#windowMs)
    this.#correlated = new CorrelatedFailures(
      { windowMs: this.#windowMs, freezeShare },
      ({ server }) => server.priority,
    )
  }

  get staying(): number {
    return this.#heads.staying
  }

  joined(state: ServerState): void {
    this.#heads.count(state, 1)
  }

  left(state: ServerState): void {
    this.#heads.count(state, -1)
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
    this.#heads.count(state, -1)
    change()
    this.#heads.count(state, 1)
    this.#correlated.moved(state)
  }

  /** Takes in that a server answered well. For one that did so before as well, nothing else changes. */
  succeeded(state: ServerState, nowMs: number): void {
    if (!this.#isJudged(state)) return
    this.#correlated.isGood(state, nowMs)
    if (this.#isFrozen) this.#isFrozenAt(nowMs)
    this.#count(state, true, nowMs)
    if (state.isUntroubled) return
    this.#observe(state, { ...success, nowMs })
  }

  /** Takes in a failure, or an overload. `isOutlier`: it shall eject the server whatever happened before. */
  failed(
    state: ServerState,
    seen: { readonly verdict: 'failure' | 'overloaded'; readonly connection: boolean; readonly isOutlier: boolean },
    nowMs: number,
  ): void {
    if (!this.#isJudged(state)) return
    if (this.#isFrozen) this.#isFrozenAt(nowMs)
    this.#count(state, false, nowMs)
    this.#observe(state, { ...seen, nowMs, isOutlier: seen.isOutlier || this.#standsOut(state, nowMs) })
  }

  /** Takes in what an active check found. */
  observeCheck(state: ServerState, passed: boolean, nowMs: number): void {
    const { health: options, random } = this.#settings
    if (options === false || state.isDraining) return
    if (passed) {
      this.#correlated.isGood(state, nowMs)
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
    this.set(state, healthAt(state.health, nowMs), nowMs)
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
    if (after.state === 'probation') forgetResponseTime(state)
    if (after.state === 'healthy') state.slowStartSinceMs = nowMs
    this.#changed()
    if (!state.isRemoved) this.#observers.tell('onHealthChange', { server: state.server, before, after })
  }

  /** A pool that shrank may have more servers out than it can do without: those that would return first come back. */
  releaseSurplus(states: Iterable<ServerState>, nowMs: number): void {
    const heads = this.#heads
    if (!heads.hasSurplus && !heads.isShort) return
    const unhealthy = [...states].filter((state) => !state.isDraining && state.health.state !== 'healthy')
    const bySoonestReturn = unhealthy.toSorted((one, other) => returnsAtMs(one) - returnsAtMs(other))
    const takeBack = (isWanted: (state: ServerState) => boolean): void => {
      for (const state of bySoonestReturn) {
        if (state.health.state === 'healthy' || !isWanted(state)) continue
        this.set(state, newlyHealthy(nowMs, state.health.ejections), nowMs)
      }
    }
    takeBack((state) => heads.hasSurplus && isOut(state))
    takeBack(() => heads.isShort)
  }

  /** Whether ejections are frozen: so much fails at once that the cause must be elsewhere. */
  isFrozenAt(nowMs: number): boolean {
    return this.#settings.health !== false && this.#isFrozenAt(nowMs)
  }

  #isJudged({ isRemoved, isDraining }: ServerState): boolean {
    return this.#settings.health !== false && !isRemoved && !isDraining
  }

  #observe(state: ServerState, seen: Omit<Observation, 'mayEject' | 'chance'>): void {
    const { health: options, random } = this.#settings
    if (options === false) return
    const isBad = wouldEject(state.health, seen, options)
    if (isBad) this.#correlated.wentBad(state, seen.nowMs)
    const mayEject = isBad && this.#mayEject(state, seen.nowMs)
    const chance = mayEject ? random() : 0
    this.set(state, observe(state.health, { ...seen, mayEject, chance }, options), seen.nowMs)
  }

  #count(state: ServerState, isSuccess: boolean, nowMs: number): void {
    countInWindow(state, isSuccess, this.#window.count(isSuccess, nowMs))
  }

  #standsOut(state: ServerState, nowMs: number): boolean {
    const { health: options } = this.#settings
    const own = this.#windowOf(state).at(nowMs)
    const all = this.#window.at(nowMs)
    const others = { successes: all.successes - own.successes, total: all.total - own.total }
    return options !== false && isOutlier(own, others, options)
  }

  #mayEject(state: ServerState, nowMs: number): boolean {
    return !this.#isFrozenAt(nowMs) && this.#heads.canDoWithout(state)
  }

  #eject(state: ServerState, nowMs: number): void {
    this.#uncount(state, nowMs)
    state.beginGeneration()
  }

  #forget(state: ServerState): void {
    this.#correlated.forget(state)
    this.#uncount(state, this.#settings.clock.now())
  }

  /* Takes what was counted of this server out of its window and out of the pool's. */
  #uncount(state: ServerState, nowMs: number): void {
    const window = this.#windowOf(state)
    this.#window.subtract(window, nowMs)
    window.clear()
  }

  #windowOf(state: ServerState): FailureWindow {
    return windowOf(state, this.#windowMs)
  }

  #isFrozenAt(nowMs: number): boolean {
    const isFrozen = this.#correlated.isFrozenAt(nowMs, this.#heads)
    if (isFrozen !== this.#isFrozen) {
      this.#isFrozen = isFrozen
      this.#observers.tell('onFreeze', { isFrozen })
    }
    return isFrozen
  }
}
