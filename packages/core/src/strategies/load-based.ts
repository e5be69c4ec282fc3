import { chooseLeast, drawTwo, fullScanLimit, hasFewerInFlight, median } from './choose-least.ts'
import type { Candidate, Strategy } from './strategy.ts'

/*
 * The least reported load plus what was sent since the report, by weight. A report alone is stale as soon as it is
 * read: every process would send everything to the same idle server until the next one. A server that reports nothing
 * usable counts with the median of the others; when all are silent this is least connections.
 */

/** Assumed where neither a limit nor a report says how many requests a server can carry. */
const assumedCapacity = 100

/** Load-based: the server that reports the lowest utilisation. */
export function loadBased(): Strategy {
  return {
    name: 'load-based',
    usesLoadReports: true,
    pick: (candidates, { now, random }) => {
      const compared = candidates.length <= fullScanLimit ? candidates : drawTwo(candidates, random)
      const assumed = median(compared.map((one) => one.loadAt(now)).filter((load) => load !== undefined))
      if (assumed === undefined) return chooseLeast(compared, hasFewerInFlight, random)
      return chooseLeast(compared, (one, other) => costOf(one, assumed, now) < costOf(other, assumed, now), random)
    },
  }
}

function costOf(candidate: Candidate, assumed: number, now: number): number {
  const reported = candidate.loadAt(now)
  const unreported = reported === undefined ? candidate.inFlight : candidate.inFlightSinceReport
  const load = (reported ?? assumed) + unreported / (candidate.capacity ?? assumedCapacity)
  return load / candidate.weight
}
