import { createBalancer } from '@paylb/core'
import type { Balancer, StrategyName } from '@paylb/core'
import { median } from '../../measure/statistics.ts'
import { describeServer, describeServers, pickAlone } from '../contestants/paylb.ts'

/*
 * How long a change holds up the next pick: from the call that changes something until the pick after it has returned.
 * Every one of the changes counts, so the worst one is given beside the median.
 */

/** What one change cell is given. */
export interface ChangesInput {
  readonly strategy: StrategyName
  readonly servers: number
  readonly changes: number
}

/** What one process found, in milliseconds. */
export interface ChangesFigure {
  readonly membershipWorstMs: number
  readonly membershipMedianMs: number
  readonly flapWorstMs: number
  readonly flapMedianMs: number
  readonly replaceMs: number
}

const picksToWarmUp = 3
/* More than a server needs to prove itself after an ejection. */
const picksAfterFlap = 8

/** Measures joins, leaves, updates, ejections and returns. @throws Error when health did not change as often as it was made to */
export function measureCell({ strategy, servers, changes }: ChangesInput): ChangesFigure {
  let healthChanges = 0
  const onHealthChange = (): void => {
    healthChanges += 1
  }
  const balancer = createBalancer({ servers: describeServers(servers), strategy, observer: { onHealthChange } })
  const pick = pickAlone(balancer)
  for (let done = 0; done < picksToWarmUp * servers; done += 1) pick()
  const timed = timing(pick)
  const membership = changeMembers(balancer, servers, changes, timed)
  const flaps = flap(balancer, changes, timed)
  if (healthChanges < 2 * changes) {
    throw new Error(`health changed ${healthChanges} times, and should have at least ${2 * changes} times`)
  }
  const others = describeServers(servers, 2 * servers)
  return {
    membershipWorstMs: Math.max(...membership),
    membershipMedianMs: median(membership),
    flapWorstMs: Math.max(...flaps),
    flapMedianMs: median(flaps),
    replaceMs: timed(() => balancer.replace(others)),
  }
}

type Timed = (change: () => void) => number

function timing(pick: () => unknown): Timed {
  return (change) => {
    const startedAtMs = performance.now()
    change()
    pick()
    return performance.now() - startedAtMs
  }
}

function changeMembers(balancer: Balancer, servers: number, changes: number, timed: Timed): number[] {
  return Array.from({ length: changes }, (_, index) => {
    const id = `server-${index}`
    const kinds = [
      () => balancer.add(describeServer(servers + index)),
      () => balancer.remove(id),
      () => balancer.update(id, { weight: 5 }),
    ]
    return timed(kinds[index % kinds.length] ?? (() => undefined))
  })
}

/* Out by a failed check, back by a good one, and then on probation until it has proved itself: all three are changes. */
function flap(balancer: Balancer, changes: number, timed: Timed): number[] {
  return Array.from({ length: changes }, (_, index) => {
    const id = `server-${changes + index}`
    const out = timed(() => balancer.reportCheck(id, false))
    const back = timed(() => balancer.reportCheck(id, true))
    const after = Array.from({ length: picksAfterFlap }, () => timed(() => undefined))
    return Math.max(out, back, ...after)
  })
}
