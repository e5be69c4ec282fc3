import { chooseLeast, drawTwo, fullScanLimit, lowerMedian } from './choose-least.ts'
import type { Candidate, Strategy } from './strategy.ts'

/*
 * The least `responseTime × (inFlight + 1) / weight`, with the pool's peak-sensitive response time. A server that fails
 * fast would look fastest; the pool counts a failure as a long response time, so it does not. A server without a sample
 * counts with the median of the others, and gets one request at a time until its first sample is there. Of two middle
 * values the lower one is taken: beside one good and one dead server, a third would else look as bad as half a failure.
 * Like a sample, the assumed value decays: otherwise the fastest server would take everything while there is little to
 * do, and the new one would never be tried. Source: the peak-EWMA balancer of Finagle.
 */

/** Least response time: the server that is expected to answer first. */
export function leastResponseTime(): Strategy {
  const newSinceMs: Since = new WeakMap()
  return {
    name: 'least-response-time',
    pick: (candidates, { now, random }) => {
      if (candidates.length === 1) return chooseLeast(candidates, () => false, random)
      const compared = draw(candidates, now, random)
      const costs = expectedCosts(compared, now, newSinceMs)
      return chooseLeast(compared, (one, other) => costOf(one, costs) < costOf(other, costs), random)
    },
  }
}

type Costs = ReadonlyMap<Candidate, number>
type Since = WeakMap<Candidate, number>

function draw(candidates: readonly Candidate[], now: number, random: () => number): readonly Candidate[] {
  if (candidates.length <= fullScanLimit) return candidates
  const drawn = drawTwo(candidates, random)
  return drawn.every((candidate) => isProbed(candidate, now)) ? candidates : drawn
}

/* Without a sample, and with a request under way that will give one. */
function isProbed(candidate: Candidate, now: number): boolean {
  return candidate.inFlight > 0 && candidate.responseTimeAt(now) === undefined
}

/* Nothing is answered in no time; with a 0, load and weight would no longer matter. */
const leastMs = 1e-100

function expectedCosts(candidates: readonly Candidate[], now: number, newSinceMs: Since): Costs {
  const samples = candidates.map((candidate) => candidate.responseTimeAt(now))
  const assumed = lowerMedian(samples.filter((sample) => sample !== undefined))
  return new Map(
    candidates.map((candidate, index) => {
      const sample = samples[index]
      if (sample === undefined && assumed !== undefined && candidate.inFlight > 0) return [candidate, Infinity]
      const responseTime = sample ?? assumedAt(candidate, assumed, now, newSinceMs)
      return [candidate, (Math.max(responseTime, leastMs) * (candidate.inFlight + 1)) / candidate.weight]
    }),
  )
}

/* As fast as a sample decays. */
const tauMs = 10_000

/* What stands in for the first sample. While nobody has one, all are alike. */
function assumedAt(candidate: Candidate, assumed: number | undefined, now: number, newSinceMs: Since): number {
  if (assumed === undefined) return 1
  const since = newSinceMs.get(candidate) ?? now
  newSinceMs.set(candidate, since)
  return assumed * Math.exp(-(now - since) / tauMs)
}

function costOf(candidate: Candidate, costs: Costs): number {
  return costs.get(candidate) ?? Infinity
}
