import { chooseLeast, drawTwo, firstOf, fullScanLimit } from './choose-least.ts'
import type { IsLess } from './choose-least.ts'
import { ExpectedCosts } from './expected-costs.ts'
import type { Candidate, PickContext, Strategy } from './strategy.ts'

/*
 * The least `responseTime × (inFlight + 1) / weight`, with the pool's peak-sensitive response time. A server that fails
 * fast would look fastest; the pool counts a failure as a long response time, so it does not. A server without a sample
 * gets one request at a time until its first sample is there. Where both servers that were drawn wait for their first
 * sample, more are looked at: all of them, or the next 256 of a longer list, so that a pick in a pool that is cold as a
 * whole stays cheap and nobody is overlooked for long. Source: the peak-EWMA balancer of Finagle.
 */

/** Least response time: the server that is expected to answer first. */
export function leastResponseTime(): Strategy<Candidate> {
  const costs = new ExpectedCosts(maxCompared)
  const isLess: IsLess = (_one, _other, oneIndex, otherIndex) =>
    (costs.values[oneIndex] ?? 0) < (costs.values[otherIndex] ?? 0)
  const draw = new Draw()
  return {
    name: 'least-response-time',
    pick: (candidates, context) => {
      if (candidates.length === 1) return firstOf(candidates)
      const compared = candidates.length <= fullScanLimit ? candidates : draw.from(candidates, context)
      costs.assess(compared, context.now)
      return chooseLeast(compared, isLess, context.random)
    },
    figure: 'milliseconds expected until the answer, by weight; the least wins, above 16 servers of two that are drawn',
    figuresOf: (candidates, { now }) => costs.figuresOf(candidates, now),
  }
}

const maxCompared = 256

class Draw {
  readonly #pair: Candidate[] = []
  #cursor = 0

  from(candidates: readonly Candidate[], { now, random }: PickContext): readonly Candidate[] {
    const drawn = drawTwo(candidates, random, this.#pair)
    for (const candidate of drawn) if (!isProbed(candidate, now)) return drawn
    if (candidates.length <= maxCompared) return candidates
    const start = this.#cursor < candidates.length ? this.#cursor : 0
    this.#cursor = start + maxCompared
    return candidates.slice(start, start + maxCompared)
  }
}

/* Without a sample, and with a request under way that will give one. */
function isProbed(candidate: Candidate, now: number): boolean {
  return candidate.inFlight > 0 && candidate.responseTimeAt(now) === undefined
}
