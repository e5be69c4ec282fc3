import { AliasTable } from './alias-table.ts'
import { firstOf } from './choose-least.ts'
import type { Candidate, Strategy } from './strategy.ts'

/*
 * Chance in proportion to weight. The table is built once for a list of candidates; a list for a retry gets one of its
 * own, so that the next first pick finds its table as it was.
 */

/** Weighted random: a server's chance is its share of all weight. */
export function weightedRandom(): Strategy<Candidate> {
  const firstPicks = new WeightedDraw((candidate) => candidate.weight)
  const retries = new WeightedDraw((candidate) => candidate.weight)
  return {
    name: 'weighted-random',
    pick: (candidates, { random, isRetry }) => (isRetry ? retries : firstPicks).draw(candidates, random),
    figure: 'share of the picks; chance decides',
    figuresOf: (candidates) => {
      const sum = candidates.reduce((total, candidate) => total + candidate.weight, 0)
      return candidates.map((candidate) => candidate.weight / sum)
    },
  }
}

/** Draws candidates by a weight; what it knows of the last list serves until there is another one. */
export class WeightedDraw {
  readonly #weightOf: (candidate: Candidate) => number
  readonly #table: AliasTable = new AliasTable()
  #weights: Float64Array = new Float64Array(0)
  #listed: readonly Candidate[] | undefined

  constructor(weightOf: (candidate: Candidate) => number) {
    this.#weightOf = weightOf
  }

  draw(candidates: readonly Candidate[], random: () => number): Candidate {
    if (candidates !== this.#listed) this.#build(candidates)
    return candidates[this.#table.draw(random)] ?? firstOf(candidates)
  }

  #build(candidates: readonly Candidate[]): void {
    if (this.#weights.length < candidates.length) this.#weights = new Float64Array(candidates.length)
    for (let index = 0; index < candidates.length; index += 1) {
      this.#weights[index] = this.#weightOf(candidates[index] ?? firstOf(candidates))
    }
    this.#table.build(this.#weights, candidates.length)
    this.#listed = candidates
  }
}
