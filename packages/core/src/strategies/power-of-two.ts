import { chooseLeast, drawTwo, hasFewerInFlight, inFlightByWeight } from './choose-least.ts'
import type { Candidate, Strategy } from './strategy.ts'

/*
 * The less busy of two that are drawn: nearly as even as looking at all, at a cost that does not grow, and many
 * processes do not all run to the same idle server. The two are different servers: drawn with replacement, one in n
 * draws would compare a server with itself, which at two servers is every other one. With two servers this is exact
 * least connections. Source: Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing".
 */

/** Power of two choices: two different random servers, the one with fewer in flight per weight. */
export function powerOfTwo(): Strategy<Candidate> {
  const pair: Candidate[] = []
  return {
    name: 'power-of-two',
    pick: (candidates, { random }) => {
      const drawn = candidates.length > 2 ? drawTwo(candidates, random, pair) : candidates
      return chooseLeast(drawn, hasFewerInFlight, random)
    },
    figure: 'requests in flight with this one, by weight; of two that are drawn the least wins',
    figuresOf: inFlightByWeight,
  }
}
