import { firstOf } from './choose-least.ts'
import { lowerMedian } from './median.ts'
import type { Candidate } from './strategy.ts'

/*
 * `responseTime × (inFlight + 1) / weight`. A server without a sample counts with the median of the others; of two middle
 * values the lower one is taken: beside one good and one dead server, a third would else look as bad as half a failure.
 * Like a sample, the assumed value decays: otherwise the fastest server would take everything while there is little to
 * do, and the new one would never be tried. One whose first sample is under way costs more than any other.
 */

/** How long each of some candidates would take to answer. */
export class ExpectedCosts {
  /** By index in the list that was assessed last. */
  readonly values: Float64Array
  readonly #sorted: Float64Array
  readonly #newSinceMs: WeakMap<Candidate, number> = new WeakMap()

  /** @param maxCandidates how many `assess` is given at most */
  constructor(maxCandidates: number) {
    this.values = new Float64Array(maxCandidates)
    this.#sorted = new Float64Array(maxCandidates)
  }

  assess(candidates: readonly Candidate[], now: number): void {
    const { values } = this
    const assumed = this.#readSamples(candidates, now)
    for (let index = 0; index < candidates.length; index += 1) {
      const candidate = candidates[index] ?? firstOf(candidates)
      const sample = values[index] ?? 0
      const isNew = Number.isNaN(sample)
      if (isNew && assumed !== undefined) this.#noteSeen(candidate, now)
      values[index] = isNew ? this.#costOfNew(candidate, assumed, now) : costOf(candidate, sample)
    }
  }

  /** The same for any number of candidates, without an effect on later ones. */
  figuresOf(candidates: readonly Candidate[], now: number): readonly number[] {
    const apart = new ExpectedCosts(candidates.length)
    const assumed = apart.#readSamples(candidates, now)
    return candidates.map((candidate, index) => {
      const sample = apart.values[index] ?? 0
      return Number.isNaN(sample) ? this.#costOfNew(candidate, assumed, now) : costOf(candidate, sample)
    })
  }

  /* Leaves the samples in `values`, NaN where there is none. Returns what stands in for those that are missing. */
  #readSamples(candidates: readonly Candidate[], now: number): number | undefined {
    let known = 0
    for (let index = 0; index < candidates.length; index += 1) {
      const sample = candidates[index]?.responseTimeAt(now)
      this.values[index] = sample ?? Number.NaN
      if (sample !== undefined) this.#sorted[known++] = sample
    }
    return known === candidates.length ? undefined : lowerMedian(this.#sorted, known)
  }

  /* What is assumed decays from here on. */
  #noteSeen(candidate: Candidate, now: number): void {
    if (candidate.inFlight === 0 && !this.#newSinceMs.has(candidate)) this.#newSinceMs.set(candidate, now)
  }

  /* While nobody has a sample, all are alike. */
  #costOfNew(candidate: Candidate, assumed: number | undefined, now: number): number {
    if (assumed === undefined) return costOf(candidate, 1)
    if (candidate.inFlight > 0) return Infinity
    const ageMs = now - (this.#newSinceMs.get(candidate) ?? now)
    return costOf(candidate, assumed * Math.exp(-ageMs / tauMs))
  }
}

/* As fast as a sample decays. */
const tauMs = 10_000

/* Nothing is answered in no time; with a 0, load and weight would no longer matter. */
const leastMs = 1e-100

function costOf(candidate: Candidate, responseTimeMs: number): number {
  return (Math.max(responseTimeMs, leastMs) * (candidate.inFlight + 1)) / candidate.weight
}
