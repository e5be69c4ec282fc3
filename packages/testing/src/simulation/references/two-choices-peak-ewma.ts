import type { Candidate, Strategy } from '@paylb/core'

/*
 * What service meshes do: two servers are drawn, and the one with the lower peak-sensitive response time, times what is
 * in flight, is taken. One without a sample costs nothing while it is idle, and more than anything else while it is
 * tried. Weights are not known here. Source: the peak-EWMA balancer of Finagle.
 */

/** Two random choices, compared by peak EWMA. */
export function twoChoicesPeakEwma(): Strategy {
  return {
    name: 'two-choices peak-EWMA',
    pick: (candidates, { now, random }) => {
      const first = Math.floor(random() * candidates.length)
      const distance = 1 + Math.floor(random() * (candidates.length - 1))
      const one = candidates[first]
      const other = candidates[(first + distance) % candidates.length]
      if (one === undefined || other === undefined) throw new RangeError('there is no candidate')
      return costAt(one, now) <= costAt(other, now) ? one : other
    },
  }
}

function costAt(candidate: Candidate, nowMs: number): number {
  const sampleMs = candidate.responseTimeAt(nowMs)
  if (sampleMs === undefined) return candidate.inFlight === 0 ? 0 : Infinity
  return sampleMs * (candidate.inFlight + 1)
}
