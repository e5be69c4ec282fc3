import type { Candidate } from './strategy.ts'

/**
 * The candidate with the least cost. Ties go to the one picked least recently, and among those never picked to a random
 * one: "the first in the list" would double the load of a dead server's neighbour.
 *
 * @param isLess whether the first costs less than the second; both ways false means a tie
 */
export function chooseLeast<Some extends Candidate>(
  candidates: readonly Some[],
  isLess: (one: Some, other: Some) => boolean,
  random: () => number,
): Some {
  let best = firstOf(candidates)
  let ties = 1
  for (const candidate of candidates) {
    if (candidate === best) continue
    const isBetter = isLess(candidate, best) || (!isLess(best, candidate) && candidate.lastPick < best.lastPick)
    const isEqual = !isBetter && !isLess(best, candidate) && candidate.lastPick === best.lastPick
    if (isEqual) ties += 1
    else if (isBetter) ties = 1
    if (isBetter || (isEqual && random() * ties >= ties - 1)) best = candidate
  }
  return best
}

/** The first candidate; the pool never asks a strategy to choose from none. */
export function firstOf<Some extends Candidate>(candidates: readonly Some[]): Some {
  const first = candidates[0]
  if (first === undefined) throw new RangeError('a strategy was asked to choose from no candidates')
  return first
}

/** Fewest in flight per weight, compared by cross product so that no division loses a tie. */
export function hasFewerInFlight(one: Candidate, other: Candidate): boolean {
  return (one.inFlight + 1) * other.weight < (other.inFlight + 1) * one.weight
}

/** Two different candidates, each pair equally likely. There must be at least two. */
export function drawTwo(candidates: readonly Candidate[], random: () => number): readonly [Candidate, Candidate] {
  const first = Math.floor(random() * candidates.length)
  const other = (first + 1 + Math.floor(random() * (candidates.length - 1))) % candidates.length
  return [candidates[first] ?? firstOf(candidates), candidates[other] ?? firstOf(candidates)]
}

/** The middle value; undefined where there are none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  const upper = sorted[middle]
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle]
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2
}

/** The middle value, or the lower one of two: of a good and a bad value, the good one. */
export function lowerMedian(values: readonly number[]): number | undefined {
  return values.toSorted((one, other) => one - other)[(values.length - 1) >> 1]
}

/** Up to this many candidates are compared one by one; of more, two that are drawn. */
export const fullScanLimit = 16
