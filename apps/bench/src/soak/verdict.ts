import { median } from '../measure/statistics.ts'
import type { Calls } from './callers.ts'
import type { Left, Sample } from './sample.ts'

/*
 * Flat means: the last third of the samples is no higher than the first, but for what the machine does of its own. The
 * first fifth is not looked at: compilers, caches and pools fill up.
 */

/** What stands for a third, and how much more it may be at the end. */
interface Tolerance {
  readonly of: (values: readonly number[]) => number
  readonly share: number
  readonly more: number
}

type Watched = 'residentMib' | 'heapMib' | 'sockets' | 'otherHandles' | 'loopDelayMs'

const least = (values: readonly number[]): number => Math.min(...values)

/* The heap is exact, for it is measured after a collection; resident memory depends on when the system takes pages
 * back. A machine that stands still for a moment opens many connections at once, and a leak is there in every sample:
 * so of what is held, the least counts. */
const tolerances: Readonly<Record<Watched, Tolerance>> = {
  residentMib: { of: median, share: 0.2, more: 16 },
  heapMib: { of: median, share: 0.1, more: 2 },
  sockets: { of: least, share: 0.2, more: 16 },
  otherHandles: { of: least, share: 0.2, more: 8 },
  loopDelayMs: { of: median, share: 0.5, more: 15 },
}

/** How one figure went. */
export interface Trend {
  readonly figure: Watched
  readonly first: number
  readonly last: number
  /** The most that `last` may be. */
  readonly limit: number
  readonly isFlat: boolean
}

const warmUpShare = 0.2
const fewestSamples = 6

/** The trend of every figure. @throws RangeError for too few samples to say anything */
export function trendsOf(samples: readonly Sample[]): readonly Trend[] {
  const warm = samples.slice(Math.floor(warmUpShare * samples.length))
  if (warm.length < fewestSamples) throw new RangeError(`${samples.length} samples are too few to see a trend`)
  const third = Math.floor(warm.length / 3)
  return (Object.keys(tolerances) as Watched[]).map((figure) => {
    const { of, share, more } = tolerances[figure]
    const first = of(warm.slice(0, third).map((sample) => sample[figure]))
    const last = of(warm.slice(-third).map((sample) => sample[figure]))
    const limit = first * (1 + share) + more
    return { figure, first, last, limit, isFlat: last <= limit }
  })
}

/* The servers make their mistakes in about one of ten calls, and a good part of those is made good by another server. */
const leastSucceeded = 0.7

/** Everything that speaks against a run, in words; none is a pass. */
export function complaintsOf(trends: readonly Trend[], left: Left, calls: Calls): readonly string[] {
  const { made, succeeded, unanswered } = calls
  return [
    ...trends
      .filter(({ isFlat }) => !isFlat)
      .map(({ figure, first, last }) => `${figure} grew from ${first.toFixed(1)} to ${last.toFixed(1)}`),
    ...(left.resources.length > 0 ? [`left after the drain: ${left.resources.join(', ')}`] : []),
    ...(left.inFlight > 0 ? [`${left.inFlight} requests are still counted as in flight`] : []),
    ...(unanswered > 0 ? [`${unanswered} callers got no answer`] : []),
    ...(succeeded < leastSucceeded * made ? [`only ${succeeded} of ${made} calls succeeded: this says nothing`] : []),
  ]
}
