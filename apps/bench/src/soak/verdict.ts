import { median } from '../measure/statistics.ts'
import type { Left, Sample } from './sample.ts'

/*
 * Flat means: the median of the last third of the samples is no higher than that of the first, but for what the machine
 * does of its own. The first fifth is not looked at: compilers, caches and pools fill up.
 */

/** How much more one figure may be at the end. */
interface Tolerance {
  readonly share: number
  readonly more: number
}

type Watched = 'residentMib' | 'heapMib' | 'handles' | 'loopDelayMs'

/* The heap is exact, for it is measured after a collection; resident memory depends on when the system takes pages
 * back, and how many connections are open on how long the machine last stood still. */
const tolerances: Readonly<Record<Watched, Tolerance>> = {
  residentMib: { share: 0.2, more: 16 },
  heapMib: { share: 0.1, more: 2 },
  handles: { share: 0.2, more: 100 },
  loopDelayMs: { share: 0.5, more: 15 },
}

/** How one figure went. */
export interface Trend {
  readonly figure: Watched
  readonly first: number
  readonly last: number
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
    const first = median(warm.slice(0, third).map((sample) => sample[figure]))
    const last = median(warm.slice(-third).map((sample) => sample[figure]))
    const { share, more } = tolerances[figure]
    return { figure, first, last, isFlat: last <= first * (1 + share) + more }
  })
}

/** Everything that speaks against a run, in words; none is a pass. */
export function complaintsOf(trends: readonly Trend[], left: Left, unanswered: number): readonly string[] {
  return [
    ...trends
      .filter(({ isFlat }) => !isFlat)
      .map(({ figure, first, last }) => `${figure} grew from ${first.toFixed(1)} to ${last.toFixed(1)}`),
    ...(left.resources.length > 0 ? [`left after the drain: ${left.resources.join(', ')}`] : []),
    ...(left.inFlight > 0 ? [`${left.inFlight} requests are still counted as in flight`] : []),
    ...(unanswered > 0 ? [`${unanswered} callers got no answer`] : []),
  ]
}
