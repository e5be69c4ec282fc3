import { isSafe } from '../failover/protection.ts'
import { mayProbe } from '../health/health.ts'
import type { Observers, PickReason } from '../observer.ts'
import type { PanicPolicy } from '../balancer-options.ts'
import type { Settings } from '../options.ts'
import { chooseLeast, hasFewerInFlight } from '../strategies/choose-least.ts'
import type { PickContext, Strategy } from '../strategies/strategy.ts'
import { isExcluded, isRetry } from './eligibility.ts'
import type { PickRequest } from './lease.ts'
import { noneAvailable } from './none-available.ts'
import type { Pool } from './pool.ts'
import { hasWeight, returnsAtMs } from './selection.ts'
import type { Group } from './groups.ts'
import type { Selection } from './selection.ts'
import type { ServerState } from './server-state.ts'

/*
 * How a server is chosen. Health speaks first, the strategy chooses among those that are left. What flips with every
 * request (a full server, one that asked to be left alone) is checked after the choice, and the choice repeated without
 * such servers. A first choice allocates nothing.
 */

/** Chooses servers out of a pool. */
export class Chooser {
  readonly #pool: Pool
  readonly #settings: Settings
  readonly #observers: Observers
  readonly #context: { -readonly [Name in keyof PickContext]: PickContext[Name] }
  /** Why the last server was chosen. */
  reason: PickReason = 'strategy'

  constructor(pool: Pool, settings: Settings, observers: Observers) {
    this.#pool = pool
    this.#settings = settings
    this.#observers = observers
    this.#context = { now: 0, random: settings.random, key: undefined, isRetry: false }
  }

  /** @throws NoServerAvailableError when there is none */
  choose(request: PickRequest, nowMs: number): ServerState {
    const selection = this.#pool.selectionAt(nowMs)
    this.reason = 'strategy'
    const probed = this.#chooseToProbe(selection, request, nowMs)
    if (probed !== undefined) return probed
    const context = this.#contextOf(request, nowMs)
    const chosen =
      this.#chooseAmong(selection.groups, request, context) ??
      this.#chooseAmong(selection.spares, request, context) ??
      this.#chooseAtRest(selection, request, context)
    if (chosen === undefined) throw noneAvailable(this.#pool.states(), request, nowMs)
    return chosen
  }

  /*
   * A server on probation comes first: left to the strategy, one that just failed might not be tried for minutes. One
   * of weight 0 is left alone while others can be picked.
   */
  #chooseToProbe(selection: Selection, request: PickRequest, nowMs: number): ServerState | undefined {
    if (selection.onProbation.length === 0 || isRetry(request)) return undefined
    const waiting = selection.groups.length === 0 ? selection.onProbation : selection.onProbation.filter(hasWeight)
    const isBareRequest = isBare(request)
    const probed = waiting.find(
      (state) =>
        !isExcluded(state, request) &&
        state.hasRoomAt(nowMs) &&
        mayProbe(state.health, state.inFlightOfGeneration, isBareRequest, nowMs),
    )
    if (probed !== undefined) this.reason = 'probation'
    return probed
  }

  /* The load is spread over the groups; one that has nobody to give hands over to the others, the most preferred first. */
  #chooseAmong(groups: readonly Group[], request: PickRequest, context: PickContext): ServerState | undefined {
    const drawn = groups.length > 1 ? drawGroup(groups, context.random) : groups[0]
    if (drawn === undefined) return undefined
    const chosen = this.#chooseFrom(drawn, request, context)
    if (chosen !== undefined || groups.length === 1) return chosen
    for (const group of groups) {
      const other = group === drawn ? undefined : this.#chooseFrom(group, request, context)
      if (other !== undefined) return other
    }
    return undefined
  }

  #chooseFrom(group: Group, request: PickRequest, context: PickContext): ServerState | undefined {
    const { candidates, strategy } = group
    if (!isRetry(request) && request.pin === undefined) {
      const chosen = this.#askStrategy(candidates, strategy, context)
      if (chosen.hasRoomAt(context.now)) return chosen
    }
    const open = candidates.filter((state) => state.hasRoomAt(context.now) && !isExcluded(state, request))
    if (open.length === 0) return undefined
    this.#context.isRetry = true
    const second = this.#askStrategy(Object.freeze(open), strategy, context)
    this.#context.isRetry = isRetry(request)
    return second
  }

  /*
   * Only when nobody is eligible. A healthy server that is full still is: its load must not fall on an ejected one. One
   * on probation that nothing is under way to is tried before any policy speaks.
   */
  #chooseAtRest(selection: Selection, request: PickRequest, context: PickContext): ServerState | undefined {
    const isOpen = (state: ServerState): boolean => !isExcluded(state, request) && state.hasRoomAt(context.now)
    const idle = selection.onProbation.find((state) => state.inFlightOfGeneration === 0 && isOpen(state))
    this.reason = idle === undefined ? 'panic' : 'probation'
    if (idle !== undefined) return idle
    const isEligible = (group: Group): boolean => group.candidates.some((state) => !isExcluded(state, request))
    if (selection.groups.some(isEligible) || selection.spares.some(isEligible)) return undefined
    const policy: PanicPolicy = this.#settings.panic ?? (isBare(request) ? 'fail' : 'least-bad')
    if (policy === 'fail') return undefined
    const open = [...selection.onProbation, ...selection.ejected].filter(isOpen)
    if (policy === 'least-bad') return open.toSorted((one, other) => returnsAtMs(one) - returnsAtMs(other))[0]
    return open.length === 0
      ? undefined
      : this.#askStrategy(Object.freeze(open), this.#pool.strategyOf('panic'), context)
  }

  /* A strategy that throws, or returns a stranger, must not cost a payment: the least busy server is taken. */
  #askStrategy(states: readonly ServerState[], strategy: Strategy, context: PickContext): ServerState {
    try {
      const chosen = strategy.pick(states, context) as ServerState | undefined | null
      if (chosen !== undefined && chosen !== null && isAmong(states, chosen)) return chosen
      throw new TypeError(`it returned ${nameOf(chosen)}, which is not one of the candidates`)
    } catch (error) {
      this.#strategyFailed(error)
      return chooseLeast(states, hasFewerInFlight, () => 0)
    }
  }

  /** Tells the strategy that a request to this server began or ended. */
  noteInFlight(state: ServerState): void {
    const strategy = state.group?.strategy
    if (strategy?.onInFlightChange === undefined) return
    try {
      strategy.onInFlightChange(state)
    } catch (error) {
      this.#strategyFailed(error)
    }
  }

  #strategyFailed(error: unknown): void {
    this.#observers.warn({
      code: 'strategy-failed',
      message: `the strategy ${JSON.stringify(this.#settings.strategy.name)} failed (${messageOf(error)}); the least busy server was taken instead. This is reported once`,
      error,
    })
  }

  #contextOf(request: PickRequest, nowMs: number): PickContext {
    const context = this.#context
    context.now = nowMs
    context.key = request.key
    context.isRetry = isRetry(request)
    return context
  }
}

function isAmong(states: readonly ServerState[], chosen: ServerState): boolean {
  return states[chosen.position] === chosen || states.includes(chosen)
}

function nameOf(chosen: unknown): string {
  if (chosen === undefined || chosen === null) return String(chosen)
  if (chosen instanceof Promise) return 'a promise'
  return typeof chosen === 'object' ? 'an object' : `a ${typeof chosen}`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function drawGroup(groups: readonly Group[], random: () => number): Group | undefined {
  const drawn = random()
  return groups.find((group) => drawn < group.shareUpTo) ?? groups[0]
}

function isBare(request: PickRequest): boolean {
  return request.key === undefined && !isSafe(request)
}
