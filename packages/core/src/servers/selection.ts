import { slowStartStep } from '../health/slow-start.ts'
import type { HealthOptions } from '../balancer-options.ts'
import type { Strategy } from '../strategies/strategy.ts'
import { GroupBuilder } from './groups.ts'
import type { Group } from './groups.ts'
import type { ServerState } from './server-state.ts'

/*
 * Who may be picked now. The lists are immutable and replaced only when somebody joins, leaves, or changes weight or
 * health, so that a strategy may keep what it derived from them. Servers of one priority, in or out of the own zone,
 * are one group: the load is spread over the groups first, and the strategy chooses within one.
 */

/** The servers of a pool, sorted by what they may be picked for. */
export interface Selection {
  /** Groups of healthy servers, the most preferred one first. */
  readonly groups: readonly Group[]
  /** Groups of healthy servers of weight 0: picked when no candidate can be. */
  readonly spares: readonly Group[]
  /** Servers that were ejected and are tried again, one request at a time. Those of weight 0 come last. */
  readonly onProbation: readonly ServerState[]
  readonly ejected: readonly ServerState[]
  /** When the first ejection ends, also of a server that is draining, or the first slow start makes a step. */
  readonly validUntilMs: number
}

/** What a selection depends on beside the servers. */
export interface SelectionContext {
  readonly health: HealthOptions | false
  readonly zone: string | undefined
  /** The strategy of a group; each has its own, which outlives every selection. */
  strategyOf(group: string): Strategy
}

/** Sorts the servers of a pool. One plain pass: with ten thousand servers nobody may wait for it. */
export function select(states: Iterable<ServerState>, context: SelectionContext, nowMs: number): Selection {
  const weighted = new GroupBuilder(context.zone)
  const weightless = new GroupBuilder(context.zone)
  const onProbation: ServerState[] = []
  const ejected: ServerState[] = []
  let validUntilMs = Infinity
  for (const state of states) {
    state.group = undefined
    const changeMs = nextChangeMs(state, context.health, nowMs)
    if (changeMs < validUntilMs) validUntilMs = changeMs
    if (state.isDraining) continue
    ;(hasWeight(state) ? weighted : weightless).add(state)
    if (state.health.state === 'probation') onProbation.push(state)
    if (state.health.state === 'ejected') ejected.push(state)
  }
  return {
    groups: weighted.build((name) => context.strategyOf(name)),
    spares: weightless.build((name) => context.strategyOf(`spare ${name}`)),
    onProbation: [...onProbation.filter(hasWeight), ...onProbation.filter((state) => !hasWeight(state))],
    ejected,
    validUntilMs,
  }
}

/* Sets the weight that slow start leaves, and says when to look at this server again. */
function nextChangeMs(state: ServerState, health: HealthOptions | false, nowMs: number): number {
  const startsAgainMs = state.slowStartSinceMs === undefined ? Infinity : slowlyStarted(state, health, nowMs)
  return state.health.state === 'ejected' ? state.health.untilMs : startsAgainMs
}

function slowlyStarted(state: ServerState, health: HealthOptions | false, nowMs: number): number {
  const sinceMs = state.slowStartSinceMs ?? nowMs
  const { factor, nextMs } = health === false ? started : slowStartStep(nowMs - sinceMs, health)
  if (factor === 1) state.slowStartSinceMs = undefined
  state.weigh(factor)
  return sinceMs + nextMs
}

const started = { factor: 1, nextMs: Infinity }

/** When a server's ejection ends; for one that is not ejected, 0. */
export function returnsAtMs(state: ServerState): number {
  return state.health.state === 'ejected' ? state.health.untilMs : 0
}

/** Whether a server takes part in the ordinary load. */
export function hasWeight(state: ServerState): boolean {
  return state.server.weight > 0
}
