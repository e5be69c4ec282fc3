import { chooseLeast, drawTwo, fullScanLimit, median } from './choose-least.ts'
import type { Candidate, Strategy } from './strategy.ts'

/*
 * The least `responseTime × (inFlight + 1) / weight`, with the pool's peak-sensitive response time. A server that fails
 * fast would look fastest; the pool counts a failure as a long response time, so it does not. A server without a sample
 * is neither the best nor the worst: it counts with the median of the others, and gets one request at a time until its
 * first sample is there. Source: the peak-EWMA balancer of Finagle.
 */

/** Least response time: the server that is expected to answer first. */
export function leastResponseTime(): Strategy {
  return {
    name: 'least-response-time',
    pick: (candidates, { now, random }) => {
      if (candidates.length === 1) return chooseLeast(candidates, () => false, random)
      const compared = candidates.length <= fullScanLimit ? candidates : drawTwo(candidates, random)
      const costs = expectedCosts(compared, now)
      return chooseLeast(compared, (one, other) => costOf(one, costs) < costOf(other, costs), random)
    },
  }
}

type Costs = ReadonlyMap<Candidate, number>

function expectedCosts(candidates: readonly Candidate[], now: number): Costs {
  const samples = candidates.map((candidate) => candidate.responseTimeAt(now))
  const known = samples.filter((sample) => sample !== undefined)
  const assumed = median(known) ?? 1
  return new Map(
    candidates.map((candidate, index) => {
      const sample = samples[index]
      const isBeingProbed = sample === undefined && candidate.inFlight > 0 && known.length > 0
      const cost = ((sample ?? assumed) * (candidate.inFlight + 1)) / candidate.weight
      return [candidate, isBeingProbed ? Infinity : cost]
    }),
  )
}

function costOf(candidate: Candidate, costs: Costs): number {
  return costs.get(candidate) ?? Infinity
}
