import type { BalancerOptions, ServerOptions } from './balancer-options.ts'
import { repeatEvery, systemClock } from './clock.ts'
import type { Call } from './failover/call.ts'
import { EventLoopWatch } from './failover/event-loop-watch.ts'
import { RetryBudget } from './failover/retry-budget.ts'
import { run } from './failover/run.ts'
import { checkObserver, Observers } from './observer.ts'
import type { Observer } from './observer.ts'
import { readOptions } from './options.ts'
import type { Settings } from './options.ts'
import type { PaymentOutcome } from './outcome/outcome.ts'
import type { PaymentRecord, Resolution } from './payments/journal.ts'
import { Recovery } from './payments/recovery.ts'
import type { RecoveryReport } from './payments/recovery.ts'
import type { PickExplanation } from './servers/explain.ts'
import type { Lease, PickRequest } from './servers/lease.ts'
import { Picker } from './servers/picker.ts'
import { Pool } from './servers/pool.ts'
import { changedServer } from './servers/changed-server.ts'
import { readServer, readServers } from './servers/read-servers.ts'
import type { Server } from './servers/server.ts'
import { snapshotOf } from './servers/server-snapshot.ts'
import type { ServerSnapshot } from './servers/server-snapshot.ts'
import { warnOfSettings } from './settings-warnings.ts'
import { invalid } from './validation.ts'

/** A moment in the life of a balancer, as plain JSON. */
export interface BalancerSnapshot {
  readonly strategy: string
  readonly servers: readonly ServerSnapshot[]
  readonly inFlight: number
  /** Requests that wait for a server with room. */
  readonly queued: number
  /** True while fewer servers can be picked than are listed, or so much fails at once that nobody is ejected any more. */
  readonly degraded: boolean
  /** How many payments ended with each outcome. */
  readonly counters: Readonly<Partial<Record<PaymentOutcome, number>>>
}

/** Balances requests over servers. Made by `createBalancer`. */
export interface Balancer {
  readonly servers: readonly Server[]
  /**
   * Picks a server by hand. Call `record` when the head of its answer is known and `release` when the body has ended.
   *
   * @throws NoServerAvailableError when there is none; PaylbError `overloaded` when `maxInFlight` is reached
   */
  pick(request?: PickRequest): Lease
  /**
   * Carries one request: pick → attempt → classify → record → fail over. What every adapter uses.
   *
   * @returns the answer of the attempt that counts, whatever its status
   * @throws PaylbError when there is no answer to give; its `outcome` says what is known of the payment
   */
  run<Answer>(call: Call<Answer>): Promise<Answer>
  /** Adds a server. @throws InvalidOptionsError for a wrong server or an id that is listed already */
  add(server: string | ServerOptions): void
  /** Takes a server off the list at once; its requests in flight go on. @throws InvalidOptionsError for an unknown id */
  remove(id: string): void
  /** Stops picking a server; resolves when nothing is in flight to it any more. It stays on the list. */
  drain(id: string): Promise<void>
  /** Changes a server's options; what is known of it stays. @throws InvalidOptionsError */
  update(id: string, changes: Partial<Omit<ServerOptions, 'id'>>): void
  /** Makes the list equal to `servers`; what is known of those that stay is kept. @throws InvalidOptionsError */
  replace(servers: readonly (string | ServerOptions)[]): void
  /** Says which servers a pick could choose now, with the figures that the strategy goes by, and why the others could not. Changes nothing. */
  explain(request?: PickRequest): PickExplanation
  /**
   * Takes in what a server says of its own load: 0 is idle, 1 is full. A number that makes no sense (NaN, infinite, below
   * 0) is ignored, since servers send such; and so is the load of an unknown server, which may just have left.
   *
   * @throws InvalidOptionsError for an `id` that is no string and a `load` that is no number
   */
  reportLoad(id: string, load: number): void
  /**
   * Takes in what an active check found: a server that does not answer is ejected where the pool can do without it, and
   * one that was ejected but answers again is tried at once instead of when its time is up. An unknown server, which may
   * just have left, is ignored.
   *
   * @throws InvalidOptionsError for an `id` that is no string and for `passed` that is neither true nor false
   */
  reportCheck(id: string, passed: boolean): void
  snapshot(): BalancerSnapshot
  /**
   * Asks about every payment that was left unknown, also by a process that died, and that nobody works on. To be called
   * once at the start; where there is a `reconcile`, it goes on by itself after that.
   *
   * @throws PaylbError when the journal cannot be read
   */
  recover(): Promise<RecoveryReport>
  /** The payments whose outcome is not known and that nobody works on. @throws PaylbError when the journal cannot be read */
  unsettled(): Promise<readonly PaymentRecord[]>
  /** Settles an unknown payment by a person's decision. @throws PaylbError when nothing under this key waits for one */
  resolve(key: string, outcome: Resolution): Promise<void>
  /** Adds an observer; the function that comes back removes it. @throws InvalidOptionsError for what is no object */
  observe(observer: Observer): () => void
  /** Picks nothing any more; resolves when nothing is in flight, or after `withinMs` (10 s). A second call waits for the first. */
  close(options?: { readonly withinMs?: number }): Promise<void>
}

const defaultCloseMs = 10_000

/**
 * Makes a balancer.
 *
 * @example
 * const balancer = createBalancer({ servers: ['http://10.0.0.1:8080', 'http://10.0.0.2:8080'] })
 * const lease = balancer.pick({ method: 'POST' })
 * lease.record({ kind: 'succeeded', evidence: 'answered', status: 200 })
 * lease.release()
 * @throws InvalidOptionsError that names the option's path, its value and what is allowed
 */
export function createBalancer(options: BalancerOptions): Balancer {
  const settings = readOptions(options)
  const observers = new Observers()
  if (settings.observer !== undefined) observers.add(settings.observer)
  const pool = new Pool(settings, observers)
  const picker = new Picker(pool, settings, observers)
  const budget = new RetryBudget(settings.retryRatio, settings.minRetriesPerSecond)
  const payments: Partial<Record<PaymentOutcome, number>> = {}
  const loopWatch =
    settings.clock === systemClock ? new EventLoopWatch({ now: () => systemClock.now(), repeatEvery }) : undefined
  const recovery = new Recovery(settings, pool, observers)
  const parts = { settings, pool, picker, budget, observers, loopWatch, recovery, payments }
  const stopRecovering = recoverAgainAndAgain(recovery, settings, observers)
  warnOfSettings(settings, pool.hasSeveralLedgers, observers)
  const { clock } = settings
  let closing: Promise<void> | undefined

  return {
    get servers() {
      return pool.servers
    },
    pick: (request = {}) => picker.pick(request),
    run: (call) => run(call, parts),
    explain: (request = {}) => picker.explain(request),
    add: (server) => {
      pool.add(readServer(server, 'server', settings.ledger))
      picker.queue.wake()
    },
    remove: (id) => {
      pool.remove(id)
      picker.queue.wake()
    },
    drain: async (id) => {
      const drained = pool.drain(id)
      picker.queue.wake()
      await drained
    },
    update: (id, changes) => {
      pool.update(changedServer(pool.stateOf(id).server, changes, settings.ledger))
      picker.queue.wake()
    },
    replace: (servers) => {
      pool.replace(readServers(servers, settings.ledger))
      picker.queue.wake()
    },
    reportLoad: (id, load) => {
      checkId(id)
      if (typeof load !== 'number') throw invalid('load', load, 'a number')
      pool.reportLoad(id, load)
    },
    reportCheck: (id, passed) => {
      checkId(id)
      if (typeof passed !== 'boolean') throw invalid('passed', passed, 'true or false')
      pool.reportCheck(id, passed)
      picker.queue.wake()
    },
    snapshot: () => snapshot(),
    recover: () => recovery.recover(),
    unsettled: () => recovery.unsettled(),
    resolve: (key, outcome) => recovery.resolve(key, outcome),
    observe: (observer) => {
      checkObserver(observer)
      return observers.add(observer)
    },
    close: ({ withinMs = defaultCloseMs } = {}) => (closing ??= close(withinMs)),
  }

  async function close(withinMs: number): Promise<void> {
    stopRecovering()
    const waiting = new AbortController()
    const idle = picker.close().then(() => waiting.abort())
    await Promise.race([idle, clock.sleep(withinMs, waiting.signal)])
    observers.tell('onClose')
  }

  function snapshot(): BalancerSnapshot {
    const nowMs = clock.now()
    const { groups, spares } = pool.selectionAt(nowMs)
    const pickable = [...groups, ...spares].reduce((count, { candidates }) => count + candidates.length, 0)
    return {
      strategy: settings.strategy.name,
      servers: Array.from(pool.states(), (state) => snapshotOf(state, nowMs)),
      inFlight: picker.inFlight,
      queued: picker.queue.length,
      degraded: pickable < pool.size || pool.health.isFrozenAt(nowMs),
      counters: { ...payments },
    }
  }
}

function checkId(id: unknown): void {
  if (typeof id !== 'string') throw invalid('id', id, 'the id of a server, a string')
}

/* Only on the machine's own clock: a simulation recovers when it says so. */
function recoverAgainAndAgain(recovery: Recovery, settings: Settings, observers: Observers): () => void {
  if (settings.reconcile === undefined || settings.clock !== systemClock) return () => {}
  return repeatEvery(settings.recovery.everyMs, () => {
    recovery.recover(settings.recovery.olderThanMs).catch((error: unknown) => {
      const message = 'unsettled payments could not be looked at; it is tried again. This is reported once'
      observers.warn({ code: 'journal-failed', message, error })
    })
  })
}
