import type { Candidate } from './strategy.ts'

/*
 * Slow start for strategies that ignore weights: a server is taken with its part of the greatest slow start, and skipped
 * otherwise. Where all have come equally far nobody is skipped and nothing is drawn.
 */

/** The greatest slow start among the candidates, or undefined where all are alike. */
export function greatestOfUnequalStarts(candidates: readonly Candidate[]): number | undefined {
  let greatest = 0
  let least = Infinity
  for (let index = 0; index < candidates.length; index += 1) {
    const start = candidates[index]?.slowStart ?? 1
    if (start > greatest) greatest = start
    if (start < least) least = start
  }
  return greatest === least ? undefined : greatest
}
