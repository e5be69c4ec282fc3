import { firstOf } from './choose-least.ts'
import type { Candidate, Strategy } from './strategy.ts'

/*
 * Smooth weighted round robin: each pick adds every server's weight to its current value, takes the largest, and
 * subtracts the sum from it. Weights 5, 1, 1 give a a b a c a a, not five in a row. Source: the upstream balancer of
 * nginx. Values are kept by server, so that a change of the list moves nobody else's turn; retries have values of their
 * own, so that they shift no first pick.
 */

/** Smooth weighted round robin: turns in proportion to the weights, spread evenly. */
export function weightedRoundRobin(): Strategy {
  const firstPicks = smoothCycle()
  const retries = smoothCycle()
  return {
    name: 'weighted-round-robin',
    pick: (candidates, context) => (context.isRetry ? retries : firstPicks)(candidates, context.random),
  }
}

type Cycle = (candidates: readonly Candidate[], random: () => number) => Candidate

function smoothCycle(): Cycle {
  const current: Values = new WeakMap()
  let isStarted = false
  return (candidates, random) => {
    if (!isStarted) skip(candidates, current, Math.floor(random() * cycleLength(candidates)))
    isStarted = true
    return turn(candidates, current)
  }
}

type Values = WeakMap<Candidate, number>

function turn(candidates: readonly Candidate[], current: Values): Candidate {
  let chosen = firstOf(candidates)
  let largest = -Infinity
  let sum = 0
  for (const candidate of candidates) {
    const value = (current.get(candidate) ?? 0) + candidate.weight
    current.set(candidate, value)
    sum += candidate.weight
    if (value <= largest) continue
    largest = value
    chosen = candidate
  }
  current.set(chosen, largest - sum)
  return chosen
}

/* Many processes must not march in step; a start anywhere in the first thousand turns is enough for that. */
const maxStartOffset = 1_000

function skip(candidates: readonly Candidate[], current: Values, turns: number): void {
  for (let step = 0; step < turns % maxStartOffset; step += 1) turn(candidates, current)
}

/* Weights may be fractions; their ratios are taken as exact up to the sixth digit after the point. */
const fractionsPerUnit = 1_000_000

/** After how many turns the sequence repeats: the sum of the weights by their greatest common divisor. */
function cycleLength(candidates: readonly Candidate[]): number {
  const weights = candidates.map((candidate) => Math.max(1, Math.round(candidate.weight * fractionsPerUnit)))
  return weights.reduce((total, weight) => total + weight, 0) / weights.reduce(greatestCommonDivisor)
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other)
}
