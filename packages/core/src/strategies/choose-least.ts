import type { Candidate } from './strategy.ts'

/** Whether the first candidate costs less than the second. The indexes are theirs in the list that is compared. */
export type IsLess<Some extends Candidate = Candidate> = (
  one: Some,
  other: Some,
  oneIndex: number,
  otherIndex: number,
) => boolean

/**
 * The candidate with the least cost. Ties go to the one picked least recently, and among those never picked to a random
 * one: "the first in the list" would double the load of a dead server's neighbour.
 *
 * @param isLess false both ways means a tie
 */
export function chooseLeast<Some extends Candidate>(
  candidates: readonly Some[],
  isLess: IsLess<Some>,
  random: () => number,
): Some {
  let best = firstOf(candidates)
  let bestIndex = 0
  let ties = 1
  for (let index = 1; index < candidates.length; index += 1) {
    const candidate = candidates[index] ?? best
    if (isLess(best, candidate, bestIndex, index)) continue
    const isTie = !isLess(candidate, best, index, bestIndex)
    if (isTie && candidate.lastPick > best.lastPick) continue
    ties = isTie && candidate.lastPick === best.lastPick ? ties + 1 : 1
    if (ties > 1 && random() * ties < ties - 1) continue
    best = candidate
    bestIndex = index
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

/** What `hasFewerInFlight` compares, as numbers to show. */
export function inFlightByWeight(candidates: readonly Candidate[]): readonly number[] {
  return candidates.map((candidate) => (candidate.inFlight + 1) / candidate.weight)
}

/** Puts two different candidates into `pair`, each pair equally likely. There must be at least two. */
export function drawTwo(
  candidates: readonly Candidate[],
  random: () => number,
  pair: Candidate[],
): readonly Candidate[] {
  const first = Math.floor(random() * candidates.length)
  const other = (first + 1 + Math.floor(random() * (candidates.length - 1))) % candidates.length
  pair[0] = candidates[first] ?? firstOf(candidates)
  pair[1] = candidates[other] ?? firstOf(candidates)
  return pair
}

/** Up to this many candidates are compared one by one; of more, two that are drawn. */
export const fullScanLimit = 16
