import { NoServerAvailableError, PaylbError } from '../errors.ts'
import type { Observers } from '../observer.ts'
import type { Settings } from '../options.ts'
import type { Outcome } from '../outcome/outcome.ts'
import { Chooser } from './chooser.ts'
import { isRetry } from './eligibility.ts'
import { explainPick } from './explain.ts'
import type { PickExplanation } from './explain.ts'
import type { PickRequest } from './lease.ts'
import { PickQueue } from './pick-queue.ts'
import type { Pool } from './pool.ts'
import { PoolLease } from './pool-lease.ts'
import type { Lender } from './pool-lease.ts'
import { recordCut, recordOutcome } from './record-outcome.ts'
import type { Teaching } from './record-outcome.ts'
import type { ServerState } from './server-state.ts'

/*
 * Who holds which server. A lease has two moments, the head of the answer and the end of its body; here both are counted,
 * and nothing else is allocated on the way of a pick.
 */

/** Picks servers out of a pool and hands out leases. */
export class Picker implements Lender {
  readonly #pool: Pool
  readonly #settings: Settings
  readonly #observers: Observers
  readonly #teaching: Teaching
  readonly #chooser: Chooser
  readonly queue: PickQueue
  #turn = 0
  #isClosed = false
  /** Leases that are out, over all servers, removed ones included. */
  inFlight: number = 0
  readonly #onIdle: (() => void)[] = []

  constructor(pool: Pool, settings: Settings, observers: Observers) {
    this.#pool = pool
    this.#settings = settings
    this.#observers = observers
    this.#teaching = { settings, observers, health: pool.health }
    this.#chooser = new Chooser(pool, settings, observers)
    this.queue = new PickQueue(this, settings)
  }

  /**
   * Picks a server.
   *
   * @throws NoServerAvailableError when there is none; PaylbError `overloaded` when `maxInFlight` is reached
   */
  pick(request: PickRequest): PoolLease {
    if (this.#isClosed) throw new NoServerAvailableError('the balancer is closed')
    if (this.inFlight >= this.#settings.maxInFlight) throw tooManyInFlight(this.inFlight)
    const nowMs = this.#settings.clock.now()
    const state = this.#chooser.choose(request, nowMs)
    if (this.#observers.listenTo('onPick')) this.#tellPick(state, request, nowMs)
    this.#turn += 1
    state.enter(this.#turn)
    this.inFlight += 1
    this.#chooser.noteInFlight(state)
    return new PoolLease(state, nowMs, this)
  }

  record(lease: PoolLease, outcome: Outcome): void {
    recordOutcome(lease, outcome, this.#teaching)
  }

  leave(lease: PoolLease, wasCut: boolean): void {
    if (wasCut) recordCut(lease, this.#teaching)
    lease.state.leave(lease)
    this.inFlight -= 1
    this.#chooser.noteInFlight(lease.state)
    this.queue.wake()
    if (this.inFlight === 0 && this.#onIdle.length > 0) for (const tell of this.#onIdle.splice(0)) tell()
  }

  /** Milliseconds until a server may be picked that cannot be now, without anybody leaving. */
  nextChangeMs(): number {
    const nowMs = this.#settings.clock.now()
    let soonestMs = this.#pool.selectionAt(nowMs).validUntilMs - nowMs
    for (const state of this.#pool.states()) {
      const gateMs = state.gateRemainingMsAt(nowMs)
      if (gateMs > 0) soonestMs = Math.min(soonestMs, gateMs)
    }
    return soonestMs
  }

  /** Says which servers a pick could choose now, and why not the others. Changes nothing. */
  explain(request: PickRequest): PickExplanation {
    return this.#explainAt(request, this.#settings.clock.now())
  }

  /** No more picks. Resolves when no lease is out any more. */
  close(): Promise<void> {
    this.#isClosed = true
    this.queue.wake()
    return new Promise((resolve) => {
      if (this.inFlight === 0) resolve()
      else this.#onIdle.push(resolve)
    })
  }

  #tellPick({ server }: ServerState, request: PickRequest, nowMs: number): void {
    const explain = (): PickExplanation => this.#explainAt(request, nowMs)
    this.#observers.tell('onPick', { server, isRetry: isRetry(request), reason: this.#chooser.reason, explain })
  }

  #explainAt(request: PickRequest, nowMs: number): PickExplanation {
    const selection = this.#pool.selectionAt(nowMs)
    const context = { now: nowMs, random: this.#settings.random, key: request.key, isRetry: isRetry(request) }
    const explained = explainPick(this.#pool.states(), selection, request, context)
    return { strategy: this.#settings.strategy.name, ...explained }
  }
}

function tooManyInFlight(inFlight: number): PaylbError {
  const message = `${inFlight} requests are in flight, which is maxInFlight`
  return new PaylbError('overloaded', message, { retryAfterMs: 1_000 })
}
