import { firstOf } from './choose-least.ts'
import type { Candidate } from './strategy.ts'

/*
 * Weights as whole numbers, so that turns can be counted without rounding: a rotation that is off by one bit gives two
 * turns in a row, or none. Weights are taken as decimal fractions, with as many digits as fit.
 */

/** Sums of values stay exact as long as everybody's weights together are not much more than this. */
const greatestSum = 1e11

/** Whole numbers above 0 in the ratio of the weights; `unit` is what 1 stands for. */
export interface WholeWeights {
  readonly weights: Float64Array
  readonly sum: number
  readonly unit: number
}

/** Takes the weights of candidates exactly up to the eleventh digit of their sum. */
export function wholeWeights(candidates: readonly Candidate[]): WholeWeights {
  let given = 0
  for (let index = 0; index < candidates.length; index += 1) given += candidates[index]?.weight ?? 0
  const digits = Math.max(-300, Math.min(300, Math.floor(Math.log10(greatestSum / given))))
  const scale = 10 ** digits
  const weights = new Float64Array(candidates.length)
  let sum = 0
  for (let index = 0; index < candidates.length; index += 1) {
    const whole = Math.max(1, Math.round((candidates[index] ?? firstOf(candidates)).weight * scale))
    weights[index] = whole
    sum += whole
  }
  return { weights, sum, unit: 1 / scale }
}

/** After how many turns the sequence repeats: the sum of the weights by their greatest common divisor. */
export function cycleLength({ weights, sum }: WholeWeights): number {
  let divisor = 0
  for (const weight of weights) divisor = greatestCommonDivisor(weight, divisor)
  return sum / divisor
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other)
}
