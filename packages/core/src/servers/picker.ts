import { NoServerAvailableError, PaylbError } from '../errors.ts'
import { protectionOf } from '../failover/protection.ts'
import { mayProbe } from '../health/health.ts'
import type { Observers } from '../observer.ts'
import type { PanicPolicy, Settings } from '../options.ts'
import type { Outcome } from '../outcome/outcome.ts'
import { chooseLeast, hasFewerInFlight } from '../strategies/choose-least.ts'
import type { PickContext } from '../strategies/strategy.ts'
import type { Lease, PickRequest } from './lease.ts'
import type { Pool } from './pool.ts'
import { PoolLease } from './pool-lease.ts'
import type { Lender, Picked } from './pool-lease.ts'
import { recordCut, recordOutcome } from './record-outcome.ts'
import { hasWeight, returnsAtMs } from './selection.ts'
import type { Selection } from './selection.ts'
import type { ServerState } from './server-state.ts'

/*
 * How a server is picked. Health speaks first, the strategy chooses among those that are left. What flips with every
 * request (a full server) is checked after the choice, and the choice repeated without that server.
 */

/** Picks servers out of a pool and hands out leases. */
export class Picker implements Lender {
  readonly #pool: Pool
  readonly #settings: Settings
  readonly #observers: Observers
  #turn = 0
  #isClosed = false
  /** Leases that are out, over all servers, removed ones included. */
  inFlight = 0
  readonly #onIdle: (() => void)[] = []

  constructor(pool: Pool, settings: Settings, observers: Observers) {
    this.#pool = pool
    this.#settings = settings
    this.#observers = observers
  }

  /**
   * Picks a server.
   *
   * @throws NoServerAvailableError when there is none; PaylbError `overloaded` when `maxInFlight` is reached
   */
  pick(request: PickRequest): Lease {
    if (this.#isClosed) throw new NoServerAvailableError('the balancer is closed')
    if (this.inFlight >= this.#settings.maxInFlight) {
      throw new PaylbError('overloaded', `${this.inFlight} requests are in flight, which is maxInFlight`, {
        retryAfterMs: 1_000,
      })
    }
    const nowMs = this.#settings.clock.now()
    const state = this.#choose(request, nowMs)
    this.#turn += 1
    state.enter(this.#turn)
    this.inFlight += 1
    this.#observers.tell('onPick', { server: state.server, isRetry: isRetry(request) })
    return new PoolLease(state, nowMs, this)
  }

  record(state: ServerState, outcome: Outcome, picked: Picked): void {
    recordOutcome(this.#pool, state, outcome, picked, this.#settings)
  }

  leave(state: ServerState, wasCut: boolean, picked: Picked): void {
    if (wasCut) recordCut(this.#pool, state, picked, this.#settings)
    state.leave(picked.loadGeneration)
    this.inFlight -= 1
    if (this.inFlight === 0) for (const tell of this.#onIdle.splice(0)) tell()
  }

  /** No more picks. Resolves when no lease is out any more. */
  close(): Promise<void> {
    this.#isClosed = true
    return new Promise((resolve) => {
      if (this.inFlight === 0) resolve()
      else this.#onIdle.push(resolve)
    })
  }

  #choose(request: PickRequest, nowMs: number): ServerState {
    const selection = this.#pool.selectionAt(nowMs)
    const probed = this.#chooseToProbe(selection, request, nowMs)
    if (probed !== undefined) return probed
    const context = { now: nowMs, random: this.#settings.random, key: request.key, isRetry: isRetry(request) }
    const chosen =
      this.#chooseFrom(selection.candidates, request, context) ??
      this.#chooseFrom(selection.spares, request, context) ??
      selection.onProbation.find((state) => isIdle(state) && !isExcluded(state, request)) ??
      this.#chooseInPanic(selection, request, context)
    if (chosen === undefined) throw this.#noneAvailable(selection, request, nowMs)
    return chosen
  }

  /*
   * A server on probation comes first: left to the strategy, one that just failed might not be tried for minutes. One
   * of weight 0 is left alone while others can be picked.
   */
  #chooseToProbe(selection: Selection, request: PickRequest, nowMs: number): ServerState | undefined {
    if (selection.onProbation.length === 0 || isRetry(request)) return undefined
    const waiting = selection.candidates.length === 0 ? selection.onProbation : selection.onProbation.filter(hasWeight)
    return waiting.find((state) => mayProbe(state.health, state.inFlight, isBare(request), nowMs))
  }

  #chooseFrom(states: readonly ServerState[], request: PickRequest, context: PickContext): ServerState | undefined {
    let left = isRetry(request) ? Object.freeze(states.filter((state) => !isExcluded(state, request))) : states
    while (left.length > 0) {
      const chosen = this.#askStrategy(left, context)
      if (hasRoom(chosen)) return chosen
      left = Object.freeze(left.filter((state) => state !== chosen))
    }
    return undefined
  }

  /* Only when nobody is eligible. A healthy server that is full still is: its load must not fall on an ejected one. */
  #chooseInPanic(selection: Selection, request: PickRequest, context: PickContext): ServerState | undefined {
    const healthy = [...selection.candidates, ...selection.spares]
    if (healthy.some((state) => !isExcluded(state, request))) return undefined
    const policy: PanicPolicy = this.#settings.panic ?? (isBare(request) ? 'fail' : 'least-bad')
    if (policy === 'fail') return undefined
    const atRest = [...selection.onProbation, ...selection.ejected]
    if (policy === 'all') return this.#chooseFrom(atRest, request, context)
    const open = atRest.filter((state) => !isExcluded(state, request) && hasRoom(state))
    return open.toSorted((one, other) => returnsAtMs(one) - returnsAtMs(other))[0]
  }

  /* A strategy that throws, or returns a stranger, must not cost a payment: the least busy server is taken. */
  #askStrategy(states: readonly ServerState[], context: PickContext): ServerState {
    try {
      const chosen = this.#settings.strategy.pick(states, context)
      const known = states.find((state) => state === chosen)
      if (known !== undefined) return known
      throw new TypeError('the strategy returned something that is not one of the candidates')
    } catch (error) {
      this.#observers.warn({
        code: 'strategy-failed',
        message: 'the strategy failed; the least busy server was taken instead. This is reported once',
        error,
      })
      return chooseLeast(states, hasFewerInFlight, () => 0)
    }
  }

  #noneAvailable(selection: Selection, request: PickRequest, nowMs: number): NoServerAvailableError {
    const states = this.#pool.states
    const reasons = [
      [states.filter((state) => state.isDraining).length, 'draining'],
      [selection.ejected.length, 'ejected'],
      [selection.onProbation.length, 'on probation'],
      [states.filter((state) => !hasRoom(state)).length, 'full'],
      [states.filter((state) => isExcluded(state, request)).length, 'tried already'],
    ] as const
    const counted = reasons.filter(([count]) => count > 0).map(([count, reason]) => `${count} ${reason}`)
    const returnMs = Math.min(...selection.ejected.map(returnsAtMs)) - nowMs
    return new NoServerAvailableError(
      `none of ${states.length} servers can be picked${counted.length === 0 ? '' : `: ${counted.join(', ')}`}`,
      { retryAfterMs: Number.isFinite(returnMs) ? Math.max(1_000, returnMs) : 1_000 },
    )
  }
}

function isRetry(request: PickRequest): boolean {
  return request.exclude !== undefined && request.exclude.size > 0
}

function isBare(request: PickRequest): boolean {
  return request.key === undefined && protectionOf(request) === 'bare'
}

function isExcluded(state: ServerState, request: PickRequest): boolean {
  return request.exclude?.has(state.server.id) === true
}

function isIdle(state: ServerState): boolean {
  return state.inFlight === 0
}

function hasRoom(state: ServerState): boolean {
  return state.inFlight < state.server.maxInFlight
}
