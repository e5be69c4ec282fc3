import { firstOf } from './choose-least.ts'
import type { Strategy } from './strategy.ts'

/*
 * Chance in proportion to weight × (1 − failureRate)^3. The cube turns a server that fails a third of the time down to
 * 30 % of its share while it still answers. Nobody falls below 1 % of an equal share: otherwise a recovery would never
 * be noticed. Verdicts count, not statuses, so a declined card is not a failure.
 */

const leastShare = 0.01

/** Failure-based: the less a server fails, the more it gets. */
export function failureBased(): Strategy {
  return {
    name: 'failure-based',
    pick: (candidates, { now, random }) => {
      const wished = candidates.map((one) => one.weight * (1 - one.failureRateAt(now)) ** 3)
      const floor = (leastShare / (1 - leastShare)) * (sum(wished) / candidates.length)
      const shares = wished.map((share) => Math.max(share, floor))
      let left = random() * sum(shares)
      for (const [index, candidate] of candidates.entries()) {
        left -= shares[index] ?? 0
        if (left < 0) return candidate
      }
      return candidates.at(-1) ?? firstOf(candidates)
    },
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
