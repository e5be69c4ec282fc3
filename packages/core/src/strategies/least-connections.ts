import { chooseLeast, fullScanLimit, hasFewerInFlight, inFlightByWeight } from './choose-least.ts'
import { InFlightIndex } from './in-flight-index.ts'
import type { Candidate, Strategy } from './strategy.ts'

/*
 * Exact, never by sampling. A few candidates are compared one by one, and so are the candidates of a retry; the others
 * are kept in order from pick to pick, by what the pool tells of every request that begins or ends.
 */

/** Least connections: the fewest requests in flight relative to weight. */
export function leastConnections(): Strategy<Candidate> {
  let index: InFlightIndex | undefined
  return {
    name: 'least-connections',
    pick: (candidates, { random, isRetry }) => {
      if (isRetry) return chooseLeast(candidates, hasFewerInFlight, random)
      if (candidates.length <= fullScanLimit) {
        index = undefined
        return chooseLeast(candidates, hasFewerInFlight, random)
      }
      if (index?.candidates !== candidates || !index.isTrue) index = new InFlightIndex(candidates, random)
      return index.least()
    },
    onInFlightChange: (candidate) => index?.note(candidate),
    figure: 'requests in flight with this one, by weight; the least wins',
    figuresOf: inFlightByWeight,
  }
}
