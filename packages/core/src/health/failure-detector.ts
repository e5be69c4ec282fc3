import type { HealthOptions } from '../balancer-options.ts'
import type { Counts } from './failure-window.ts'

/*
 * Finds the server that fails more often than the others, though never often enough in a row. It compares intervals, not
 * rates: with few requests an interval is wide and nobody is accused. All others are pooled, so that it works from two
 * servers up; when everybody is bad, nobody stands out. Source: Wilson, "Probable Inference, the Law of Succession, and
 * Statistical Inference" (1927).
 */

const z = 1.96

/** The 95 % Wilson interval of a success rate. Nothing is known of no requests: 0 to 1. */
export function wilsonInterval({ successes, total }: Counts): { readonly lower: number; readonly upper: number } {
  if (total === 0) return { lower: 0, upper: 1 }
  const rate = successes / total
  const spread = z ** 2 / total
  const centre = rate + spread / 2
  const margin = z * Math.sqrt((rate * (1 - rate) + spread / 4) / total)
  return { lower: (centre - margin) / (1 + spread), upper: (centre + margin) / (1 + spread) }
}

/** Whether a server's success rate lies clearly below that of all others together. */
export function isOutlier(
  own: Counts,
  others: Counts,
  { minFailures, minGap }: Pick<HealthOptions, 'minFailures' | 'minGap'>,
): boolean {
  if (own.total - own.successes < minFailures) return false
  return wilsonInterval(own).upper < wilsonInterval(others).lower - minGap
}
