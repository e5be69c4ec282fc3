import { firstOf } from './choose-least.ts'
import { greatestOfUnequalStarts } from './slow-starts.ts'
import type { Candidate, Strategy } from './strategy.ts'
import { WeightedDraw } from './weighted-random.ts'

/*
 * Uniform; configured weights are ignored. While some servers start slowly, chance is in proportion to how far they have
 * come. That is what drawing again after every skipped server comes to, without an end to be set to the drawing.
 */

/** Random: uniform over the candidates; configured weights are ignored. */
export function random(): Strategy<Candidate> {
  const firstPicks = new EvenDraw()
  const retries = new EvenDraw()
  return {
    name: 'random',
    pick: (candidates, context) => (context.isRetry ? retries : firstPicks).draw(candidates, context.random),
  }
}

class EvenDraw {
  readonly #byStart: WeightedDraw = new WeightedDraw((candidate) => candidate.slowStart)
  #listed: readonly Candidate[] | undefined
  #isEven = true

  draw(candidates: readonly Candidate[], chance: () => number): Candidate {
    if (candidates !== this.#listed) this.#isEven = greatestOfUnequalStarts(candidates) === undefined
    this.#listed = candidates
    if (!this.#isEven) return this.#byStart.draw(candidates, chance)
    return candidates[Math.floor(chance() * candidates.length)] ?? firstOf(candidates)
  }
}
