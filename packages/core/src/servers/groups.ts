import { priorityLoad } from '../health/priority-load.ts'
import type { Strategy } from '../strategies/strategy.ts'
import type { ServerState } from './server-state.ts'

/*
 * Servers of one priority that all stand in the own zone, or all elsewhere, are one group. The load is spread over the
 * priorities first, then over the own zone and the others, as if those were two more priorities; the strategy chooses
 * within a group.
 */

/** Servers that the strategy chooses among. */
export interface Group {
  readonly candidates: readonly ServerState[]
  readonly strategy: Strategy
  /** The share of the load that this group and those before it take together: 0 to 1. */
  readonly shareUpTo: number
}

interface Members {
  readonly priority: number
  readonly isElsewhere: boolean
  hosts: number
  readonly healthy: ServerState[]
}

/** Puts servers into groups. */
export class GroupBuilder {
  readonly #zone: string | undefined
  readonly #all: Members[] = []
  #last: Members | undefined

  constructor(zone: string | undefined) {
    this.#zone = zone
  }

  add(state: ServerState): void {
    const { priority, zone } = state.server
    const isElsewhere = this.#zone !== undefined && zone !== this.#zone
    const members = this.#membersOf(priority, isElsewhere)
    members.hosts += 1
    if (state.health.state === 'healthy') members.healthy.push(state)
  }

  /** The groups that have somebody healthy, the most preferred one first. */
  build(strategyOf: (group: string) => Strategy): readonly Group[] {
    const shared = shares(this.#all).filter(({ members }) => members.healthy.length > 0)
    const whole = shared.reduce((sum, { share }) => sum + share, 0)
    let upTo = 0
    return shared.map(({ members, share }, index) => {
      upTo += whole === 0 ? Number(index === 0) : share / whole
      return groupOf(members, strategyOf(`${members.priority} ${members.isElsewhere ? 'elsewhere' : 'here'}`), upTo)
    })
  }

  #membersOf(priority: number, isElsewhere: boolean): Members {
    const last = this.#last
    if (last?.priority === priority && last.isElsewhere === isElsewhere) return last
    let members = this.#all.find((one) => one.priority === priority && one.isElsewhere === isElsewhere)
    if (members === undefined) {
      members = { priority, isElsewhere, hosts: 0, healthy: [] }
      this.#all.push(members)
    }
    this.#last = members
    return members
  }
}

/* The share of each group of all load, the most preferred group first. */
function shares(all: readonly Members[]): readonly { readonly members: Members; readonly share: number }[] {
  const priorities = [...new Set(all.map((members) => members.priority))].toSorted((one, other) => one - other)
  const levels = priorities.map((priority) =>
    all
      .filter((members) => members.priority === priority)
      .toSorted((one, other) => Number(one.isElsewhere) - Number(other.isElsewhere)),
  )
  const percents = spread(levels)
  return levels.flatMap((zones, level) => {
    const within = spread(zones.map((members) => [members]))
    return zones.map((members, zone) => ({ members, share: ((percents[level] ?? 0) * (within[zone] ?? 0)) / 10_000 }))
  })
}

function spread(levels: readonly (readonly Members[])[]): readonly number[] {
  if (levels.length === 1) return [100]
  const counted = levels.map((zones) => ({
    hosts: zones.reduce((sum, { hosts }) => sum + hosts, 0),
    healthy: zones.reduce((sum, { healthy }) => sum + healthy.length, 0),
  }))
  return priorityLoad(counted).percents
}

function groupOf({ healthy }: Members, strategy: Strategy, shareUpTo: number): Group {
  const group = { candidates: Object.freeze(healthy), strategy, shareUpTo }
  for (let position = 0; position < healthy.length; position += 1) {
    const state = healthy[position]
    if (state === undefined) continue
    state.group = group
    state.position = position
  }
  return group
}
