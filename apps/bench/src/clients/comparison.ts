import { median } from '../measure/statistics.ts'

/*
 * Rounds are pairs: in each one, contestants run right after each other, so what the machine does meanwhile falls on
 * both. The ratio of each pair is a sample; its median is the figure, and how sure that is comes from drawing the pairs
 * again (the percentile bootstrap: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
 */

/** One figure as a multiple of another. */
export interface Comparison {
  readonly ratio: number
  /** Ends of the interval that holds the true median with 95 %. */
  readonly low: number
  readonly high: number
}

const draws = 2_000

/** Compares figures of the same rounds; undefined without rounds. @param random numbers from 0 to below 1 */
export function compare(
  ours: readonly number[],
  theirs: readonly number[],
  random: () => number = Math.random,
): Comparison | undefined {
  const ratios = ours.flatMap((one, round) => {
    const other = theirs[round]
    return other === undefined ? [] : [one / other]
  })
  if (ratios.length === 0) return undefined
  const medians = Array.from({ length: draws }, () => median(drawn(ratios, random))).toSorted((a, b) => a - b)
  const at = (share: number): number => medians[Math.floor(share * (draws - 1))] ?? Number.NaN
  return { ratio: median(ratios), low: at(0.025), high: at(0.975) }
}

function drawn(values: readonly number[], random: () => number): readonly number[] {
  return values.map(() => values[Math.floor(random() * values.length)] ?? Number.NaN)
}
