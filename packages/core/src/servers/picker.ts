import { NoServerAvailableError, PaylbError } from '../errors.ts'
import type { BodyEnding } from '../failover/call.ts'
import { protectionOf } from '../failover/protection.ts'
import { mayProbe } from '../health/health.ts'
import type { Observers } from '../observer.ts'
import type { PanicPolicy, Settings } from '../options.ts'
import type { Outcome } from '../outcome/outcome.ts'
import type { PickContext } from '../strategies/strategy.ts'
import type { Lease, PickRequest } from './lease.ts'
import type { Pool } from './pool.ts'
import { recordCut, recordOutcome } from './record-outcome.ts'
import { returnsAtMs } from './selection.ts'
import type { Selection } from './selection.ts'
import type { Server } from './server.ts'
import type { ServerState } from './server-state.ts'

/*
 * How a server is picked. Health speaks first, the strategy chooses among those that are left. What flips with every
 * request (a full server) is checked after the choice, and the choice repeated without that server.
 */

const noServers: ReadonlySet<string> = new Set()

/** Picks servers out of a pool and hands out leases. */
export class Picker {
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

  record(state: ServerState, outcome: Outcome, lease: { pickedAtMs: number; generation: number }): void {
    recordOutcome(this.#pool, state, outcome, { ...lease, settings: this.#settings })
  }

  leave(state: ServerState, loadGeneration: number, wasCut: boolean, generation: number): void {
    if (wasCut) recordCut(this.#pool, state, { generation, settings: this.#settings })
    state.leave(loadGeneration)
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
      this.#chooseInPanic(selection, request, context)
    if (chosen === undefined) throw this.#noneAvailable(selection, request, nowMs)
    return chosen
  }

  /* A server on probation comes first: left to the strategy, one that just failed might not be tried for minutes. */
  #chooseToProbe(selection: Selection, request: PickRequest, nowMs: number): ServerState | undefined {
    if (selection.onProbation.length === 0 || isRetry(request)) return undefined
    return selection.onProbation.find((state) => mayProbe(state.health, state.inFlight, isBare(request), nowMs))
  }

  #chooseFrom(states: readonly ServerState[], request: PickRequest, context: PickContext): ServerState | undefined {
    const exclude = request.exclude ?? noServers
    let left = exclude.size === 0 ? states : states.filter((state) => !exclude.has(state.server.id))
    while (left.length > 0) {
      const chosen = this.#askStrategy(left, context)
      if (hasRoom(chosen)) return chosen
      left = left.filter((state) => state !== chosen)
    }
    return undefined
  }

  #chooseInPanic(selection: Selection, request: PickRequest, context: PickContext): ServerState | undefined {
    const policy: PanicPolicy = this.#settings.panic ?? (isBare(request) ? 'fail' : 'least-bad')
    const atRest = [...selection.onProbation, ...selection.ejected]
    if (policy === 'fail') return this.#chooseFrom(selection.onProbation.filter(isIdle), request, context)
    if (policy === 'all') return this.#chooseFrom(atRest, request, context)
    const exclude = request.exclude ?? noServers
    const open = atRest.filter((state) => !exclude.has(state.server.id) && hasRoom(state))
    return open.reduce<ServerState | undefined>(
      (best, state) => (best === undefined || wakesBefore(state, best) ? state : best),
      undefined,
    )
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
      return states.reduce((best, state) => (state.inFlight < best.inFlight ? state : best))
    }
  }

  #noneAvailable(selection: Selection, request: PickRequest, nowMs: number): NoServerAvailableError {
    const states = this.#pool.states
    const exclude = request.exclude ?? noServers
    const reasons = [
      [states.filter((state) => state.isDraining).length, 'draining'],
      [selection.ejected.length, 'ejected'],
      [selection.onProbation.length, 'on probation'],
      [states.filter((state) => !hasRoom(state)).length, 'full'],
      [states.filter((state) => exclude.has(state.server.id)).length, 'tried already'],
    ] as const
    const counted = reasons.filter(([count]) => count > 0).map(([count, reason]) => `${count} ${reason}`)
    const returnMs = Math.min(...selection.ejected.map(returnsAtMs)) - nowMs
    return new NoServerAvailableError(
      `none of ${states.length} servers can be picked${counted.length === 0 ? '' : `: ${counted.join(', ')}`}`,
      { retryAfterMs: Number.isFinite(returnMs) ? Math.max(1_000, returnMs) : 1_000 },
    )
  }
}

class PoolLease implements Lease {
  readonly #state: ServerState
  readonly #picker: Picker
  readonly #pickedAtMs: number
  readonly #generation: number
  readonly #loadGeneration: number
  readonly server: Server
  #isRecorded = false
  #isReleased = false

  constructor(state: ServerState, pickedAtMs: number, picker: Picker) {
    this.#state = state
    this.#picker = picker
    this.#pickedAtMs = pickedAtMs
    this.#generation = state.generation
    this.#loadGeneration = state.reportedLoad.generation
    this.server = state.server
  }

  record(outcome: Outcome): void {
    if (this.#isRecorded || this.#isReleased) return
    this.#isRecorded = true
    this.#picker.record(this.#state, outcome, { pickedAtMs: this.#pickedAtMs, generation: this.#generation })
  }

  release(ending: BodyEnding = 'complete'): void {
    if (this.#isReleased) return
    this.#isReleased = true
    this.#picker.leave(this.#state, this.#loadGeneration, ending === 'cut', this.#generation)
  }
}

function isRetry(request: PickRequest): boolean {
  return request.exclude !== undefined && request.exclude.size > 0
}

function isBare(request: PickRequest): boolean {
  return request.key === undefined && protectionOf(request) === 'bare'
}

function isIdle(state: ServerState): boolean {
  return state.inFlight === 0
}

function hasRoom(state: ServerState): boolean {
  return state.inFlight < state.server.maxInFlight
}

function wakesBefore(one: ServerState, other: ServerState): boolean {
  return wakesAtMs(one) < wakesAtMs(other)
}

function wakesAtMs(state: ServerState): number {
  return state.health.state === 'ejected' ? returnsAtMs(state) : 0
}
