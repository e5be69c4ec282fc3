import { capacityPerMs, isThereFromTheStart } from './fleet.ts'
import type { Fleet, ServerModel } from './fleet.ts'

/*
 * Priorities and zones speak before any strategy does. While they are healthy, the servers of the first priority, and
 * among those the ones in the balancer's own zone, get every payment, whether they can carry that or not. A strategy
 * cannot mend it, so whoever reads a recommendation has to know.
 */

/** The servers that get every payment while they are healthy. */
export interface PreferredServers {
  /** The ids under which they were described. */
  readonly kinds: readonly string[]
  /** What puts them first, such as `priority 0, zone eu-1`. */
  readonly because: string
  /** All payments as a share of what they can carry. */
  readonly load: number
  /** Whether each of them has a `maxInFlight`, so that what they cannot take spills over to the others. */
  readonly spillOver: boolean
}

/** Which servers come first, or undefined where all are equal. */
export function preferredServers(fleet: Fleet): PreferredServers | undefined {
  const present = fleet.servers.filter((server) => isThereFromTheStart(server) && server.weight > 0)
  const firstPriority = Math.min(...present.map(({ priority }) => priority))
  const ofPriority = present.filter(({ priority }) => priority === firstPriority)
  const here = ofPriority.filter(({ zone }) => fleet.zone !== undefined && zone === fleet.zone)
  const preferred = here.length === 0 ? ofPriority : here
  if (preferred.length === present.length) return undefined
  return {
    kinds: [...new Set(preferred.map(({ kind }) => kind))],
    because: reasons(firstPriority, present, fleet.zone, here).join(', '),
    load: fleet.arrivalsPerMs / capacityPerMs(preferred),
    spillOver: preferred.every(({ maxInFlight }) => maxInFlight !== undefined),
  }
}

function reasons(
  firstPriority: number,
  present: readonly ServerModel[],
  zone: string | undefined,
  here: readonly ServerModel[],
): string[] {
  const byPriority = present.some(({ priority }) => priority > firstPriority) ? [`priority ${firstPriority}`] : []
  return zone === undefined || here.length === 0 ? byPriority : [...byPriority, `zone ${zone}`]
}
