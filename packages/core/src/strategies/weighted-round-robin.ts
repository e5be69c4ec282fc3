import { fullScanLimit } from './choose-least.ts'
import { SmoothSchedule } from './smooth-schedule.ts'
import type { Candidate, Strategy } from './strategy.ts'
import { WeightedDraw } from './weighted-random.ts'

/*
 * Smooth weighted round robin: each pick adds every server's weight to its current value, takes the largest, and
 * subtracts the sum from it. Weights 5, 1, 1 give a a b a c a a, not five in a row. Source: the upstream balancer of
 * nginx. Values are kept by server, so that a change of the list moves nobody else's turn; retries have values of their
 * own, so that they shift no first pick. A retry among many is drawn by weight: each one has a list of its own, and a
 * schedule for every list would cost more than the smoothness of retries is worth.
 */

/** Smooth weighted round robin: turns in proportion to the weights, spread evenly. */
export function weightedRoundRobin(): Strategy<Candidate> {
  const firstPicks = new SmoothSchedule()
  const retries = new SmoothSchedule()
  const manyRetries = new WeightedDraw((candidate) => candidate.weight)
  return {
    name: 'weighted-round-robin',
    pick: (candidates, { isRetry, random }) => {
      if (!isRetry) return firstPicks.next(candidates, random)
      if (candidates.length > fullScanLimit) return manyRetries.draw(candidates, random)
      return retries.next(candidates, random)
    },
    figure: 'value after the next turn is added; the greatest wins',
    figuresOf: (candidates) => firstPicks.valuesOf(candidates),
  }
}
