import { chooseLeast, drawTwo, firstOf, fullScanLimit, hasFewerInFlight, inFlightByWeight } from './choose-least.ts'
import type { IsLess } from './choose-least.ts'
import { median } from './median.ts'
import type { Candidate, Strategy } from './strategy.ts'

/*
 * The least reported load plus what was sent since the report, by weight. A report alone is stale as soon as it is
 * read: every process would send everything to the same idle server until the next one. A server that reports nothing
 * usable counts with the median of the others; when all are silent this is least connections.
 */

/** Assumed where neither a limit nor a report says how many requests a server can carry. */
const assumedCapacity = 100

/** Load-based: the server that reports the lowest utilisation. */
export function loadBased(): Strategy<Candidate> {
  const pair: Candidate[] = []
  const loads = new Loads(fullScanLimit)
  const isLess: IsLess = (_one, _other, oneIndex, otherIndex) =>
    (loads.costs[oneIndex] ?? 0) < (loads.costs[otherIndex] ?? 0)
  return {
    name: 'load-based',
    usesLoadReports: true,
    pick: (candidates, { now, random }) => {
      const compared = candidates.length <= fullScanLimit ? candidates : drawTwo(candidates, random, pair)
      return chooseLeast(compared, loads.assess(compared, now) ? isLess : hasFewerInFlight, random)
    },
    figure: 'load, or requests in flight while nobody reports, by weight; the least wins',
    figuresOf: (candidates, { now }) => {
      const apart = new Loads(candidates.length)
      return apart.assess(candidates, now) ? Array.from(apart.costs) : inFlightByWeight(candidates)
    },
  }
}

class Loads {
  /** By index in the list that was assessed last. */
  readonly costs: Float64Array
  readonly #sorted: Float64Array

  constructor(maxCandidates: number) {
    this.costs = new Float64Array(maxCandidates)
    this.#sorted = new Float64Array(maxCandidates)
  }

  /** Returns false when nobody reports. */
  assess(candidates: readonly Candidate[], now: number): boolean {
    let known = 0
    for (let index = 0; index < candidates.length; index += 1) {
      const load = candidates[index]?.loadAt(now)
      this.costs[index] = load ?? Number.NaN
      if (load !== undefined) this.#sorted[known++] = load
    }
    if (known === 0) return false
    const assumed = (known < candidates.length ? median(this.#sorted, known) : undefined) ?? 0
    for (let index = 0; index < candidates.length; index += 1) {
      this.costs[index] = costOf(candidates[index] ?? firstOf(candidates), this.costs[index] ?? 0, assumed)
    }
    return true
  }
}

/* `reported` is NaN where there is no report. */
function costOf(candidate: Candidate, reported: number, assumed: number): number {
  const isSilent = Number.isNaN(reported)
  const unreported = isSilent ? candidate.inFlight : candidate.inFlightSinceReport
  const load = (isSilent ? assumed : reported) + unreported / (candidate.capacity ?? assumedCapacity)
  return load / candidate.weight
}
