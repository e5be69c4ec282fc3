import type { Candidate, Strategy } from '@paylb/core'
import type { FleetView } from '../simulated-strategy.ts'

/*
 * The limit: it knows what no balancer can know, the true remaining work of every server, and picks the shortest
 * expected delay. All it does not know is how long the payment in its hand will take.
 */

/** Shortest expected delay, with all knowledge. Ties go to the server that was picked least recently. */
export function omniscient(fleet: FleetView): Strategy {
  return {
    name: 'omniscient',
    pick: (candidates, { now }) => {
      let best: Candidate | undefined
      let bestMs = Infinity
      for (const candidate of candidates) {
        const expectedMs = fleet.expectedMs(candidate.server.id, now)
        const isLess = best === undefined || expectedMs < bestMs
        if (!isLess && (expectedMs > bestMs || candidate.lastPick >= (best?.lastPick ?? 0))) continue
        best = candidate
        bestMs = expectedMs
      }
      return best ?? none()
    },
  }
}

function none(): never {
  throw new RangeError('there is no candidate')
}
