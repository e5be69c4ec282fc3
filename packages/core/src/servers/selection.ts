import { priorityLoad } from '../health/priority-load.ts'
import { slowStartStep } from '../health/slow-start.ts'
import type { HealthOptions } from '../balancer-options.ts'
import type { Strategy } from '../strategies/strategy.ts'
import { pickWeight } from './server-state.ts'
import type { ServerState } from './server-state.ts'

/*
 * Who may be picked now. The lists are immutable and replaced only when somebody joins, leaves, or changes weight or
 * health, so that a strategy may keep what it derived from them. Servers of one priority, in or out of the own zone,
 * are one group: the load is spread over the groups first, and the strategy chooses within one.
 */

/** Servers of one priority that all stand in the own zone, or all elsewhere. */
export interface Group {
  readonly candidates: readonly ServerState[]
  readonly strategy: Strategy
  /** The share of the load that this group and those before it take together: 0 to 1. */
  readonly shareUpTo: number
}

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

/** Sorts the servers of a pool. */
export function select(states: Iterable<ServerState>, context: SelectionContext, nowMs: number): Selection {
  const weighted: ServerState[] = []
  const weightless: ServerState[] = []
  const onProbation: ServerState[] = []
  const ejected: ServerState[] = []
  let validUntilMs = Infinity
  for (const state of states) {
    state.group = undefined
    validUntilMs = Math.min(validUntilMs, nextChangeMs(state, context.health, nowMs))
    if (state.isDraining) continue
    ;(hasWeight(state) ? weighted : weightless).push(state)
    if (state.health.state === 'probation') onProbation.push(state)
    if (state.health.state === 'ejected') ejected.push(state)
  }
  return {
    groups: groupsOf(weighted, context, ''),
    spares: groupsOf(weightless, context, 'spare '),
    onProbation: [...onProbation.filter(hasWeight), ...onProbation.filter((state) => !hasWeight(state))],
    ejected,
    validUntilMs,
  }
}

/* Sets the weight that slow start leaves, and says when to look at this server again. */
function nextChangeMs(state: ServerState, health: HealthOptions | false, nowMs: number): number {
  const sinceMs = state.slowStartSinceMs
  const { factor, nextMs } =
    sinceMs === undefined || health === false ? started : slowStartStep(nowMs - sinceMs, health)
  if (factor === 1) state.slowStartSinceMs = undefined
  state.slowStart = factor
  state.weight = pickWeight(state.server) * factor
  if (state.health.state === 'ejected') return state.health.untilMs
  return sinceMs === undefined ? Infinity : sinceMs + nextMs
}

const started = { factor: 1, nextMs: Infinity }

interface Members {
  readonly name: string
  readonly hosts: ServerState[]
  readonly healthy: ServerState[]
}

function groupsOf(states: readonly ServerState[], context: SelectionContext, prefix: string): readonly Group[] {
  const levels = Map.groupBy(states, (state) => state.server.priority)
  const priorities = [...levels.keys()].toSorted((one, other) => one - other)
  const zonesByLevel = priorities.map((priority) =>
    zonesOf(levels.get(priority) ?? [], `${prefix}${priority}`, context),
  )
  const percents = loads(zonesByLevel.map((zones) => zones.flatMap((zone) => zone.hosts)))
  const shared = zonesByLevel.flatMap((zones, index) => {
    const within = loads(zones.map((zone) => zone.hosts))
    return zones.map((zone, at) => ({ zone, share: ((percents[index] ?? 0) * (within[at] ?? 0)) / 10_000 }))
  })
  const filled = shared.filter(({ zone }) => zone.healthy.length > 0)
  const whole = filled.reduce((sum, { share }) => sum + share, 0)
  let upTo = 0
  return filled.map(({ zone, share }, index) => {
    upTo += whole === 0 ? Number(index === 0) : share / whole
    return group(zone, context.strategyOf(zone.name), upTo)
  })
}

/* The own zone first, as if the rest were the next priority. */
function zonesOf(hosts: readonly ServerState[], name: string, { zone }: SelectionContext): readonly Members[] {
  const own = zone === undefined ? hosts : hosts.filter((state) => state.server.zone === zone)
  const others = zone === undefined ? [] : hosts.filter((state) => state.server.zone !== zone)
  return [membersOf(`${name} here`, own), membersOf(`${name} elsewhere`, others)].filter(
    ({ hosts: { length } }) => length > 0,
  )
}

function membersOf(name: string, hosts: readonly ServerState[]): Members {
  return { name, hosts: [...hosts], healthy: hosts.filter(isHealthy) }
}

function loads(hosts: readonly (readonly ServerState[])[]): readonly number[] {
  if (hosts.length === 1) return [100]
  return priorityLoad(hosts.map((some) => ({ hosts: some.length, healthy: some.filter(isHealthy).length }))).percents
}

function group({ healthy }: Members, strategy: Strategy, shareUpTo: number): Group {
  const made = { candidates: Object.freeze(healthy), strategy, shareUpTo }
  for (const [position, state] of healthy.entries()) {
    state.group = made
    state.position = position
  }
  return made
}

function isHealthy(state: ServerState): boolean {
  return state.health.state === 'healthy'
}

/** When a server's ejection ends; for one that is not ejected, 0. */
export function returnsAtMs(state: ServerState): number {
  return state.health.state === 'ejected' ? state.health.untilMs : 0
}

/** Whether a server takes part in the ordinary load. */
export function hasWeight(state: ServerState): boolean {
  return state.server.weight > 0
}
