import { strategies } from '@paylb/core'
import { references, simulate, standardFleets } from '@paylb/testing'
import type { SimulatedStrategy } from '@paylb/testing'
import { describe, expect, test } from 'vitest'

/*
 * The limit must be one. It minimises what a payment has to expect, not the p99 of all, so some per cent are allowed.
 * Where a server fails, strategies that fail payments have less to wait for; there it is the errors that count.
 */

const requests = 20_000
const fleets = (['equal', 'one-slow', 'mixed', 'large', 'cold'] as const).flatMap((name) =>
  [0.5, 0.8, 0.95].map((load) => [name, load] as const),
)

describe('no strategy has a lower p99 than the omniscient picker, without errors', () => {
  test.for(fleets)('%s at load %s', ([name, load]) => {
    const fleet = { ...standardFleets[name], load }
    const run = (strategy: SimulatedStrategy): number => {
      const { latencyMs, errorShare } = simulate(fleet, { strategy, requests })
      return errorShare > 0 ? Infinity : latencyMs.p99
    }
    const limitMs = run(references.omniscient)
    const others = Object.values(strategies).map(run)
    expect(Math.min(...others)).toBeGreaterThan(limitMs * 0.9)
  })
})

test('it sends nothing to a server that fails', () => {
  const fleet = { ...standardFleets.failing, load: 0.8 }
  expect(simulate(fleet, { strategy: references.omniscient, requests }).errorShare).toBe(0)
})

describe('least-response-time is no worse than two-choices peak-EWMA', () => {
  test.for(fleets)('%s at load %s', ([name, load]) => {
    const fleet = { ...standardFleets[name], load }
    const p99 = (strategy: SimulatedStrategy): number =>
      [1, 2, 3].reduce((sum, seed) => sum + simulate(fleet, { strategy, requests, seed }).latencyMs.p99, 0)
    const chance = 1.05
    expect(p99('least-response-time')).toBeLessThan(p99(references['two-choices peak-EWMA']) * chance)
  })
})
