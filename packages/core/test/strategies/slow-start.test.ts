import { describe, expect, test } from 'vitest'
import { strategies } from '../../src/index.ts'
import { candidates, context } from '../support/candidates.ts'
import { chiSquare, critical } from '../support/distribution.ts'
import { tally } from '../support/fleet.ts'
import { seededRandom } from '../support/seeded-random.ts'

/* Strategies that ignore weights: what a server gets while it starts is its part of what the others get. */

const starts = [1, 0.1, 1, 0.5, 1]

function countsOf(
  name: 'round-robin' | 'random',
  seed: number,
  slowStarts: readonly number[],
  isRetry = false,
): number[] {
  const list = candidates(...slowStarts.map((slowStart) => ({ slowStart })))
  const strategy = strategies[name]()
  const given = context(seededRandom(seed), { isRetry })
  const counts = tally(Array.from({ length: 20_000 }, () => strategy.pick(list, given).server.id))
  return list.map((one) => counts[one.server.id] ?? 0)
}

describe.each(['round-robin', 'random'] as const)('%s', (name) => {
  test.each([1, 2, 3, 4, 5])('gives a starting server its part, with seed %d', (seed) => {
    expect(chiSquare(countsOf(name, seed, starts), starts)).toBeLessThan(critical[4] ?? 0)
    expect(chiSquare(countsOf(name, seed, starts, true), starts)).toBeLessThan(critical[4] ?? 0)
  })

  test('gives servers that start together equal parts', () => {
    expect(chiSquare(countsOf(name, 1, [0.3, 0.3, 0.3]), [1, 1, 1])).toBeLessThan(critical[2] ?? 0)
  })
})

test('round robin draws nothing while nobody starts slowly, except where it begins', () => {
  const list = candidates({}, {}, {})
  const strategy = strategies['round-robin']()
  let draws = 0
  const counted = context(() => {
    draws += 1
    return 0
  })
  const ids = Array.from({ length: 30 }, () => strategy.pick(list, counted).server.id)
  expect(ids.join('')).toBe('abc'.repeat(10))
  expect(draws).toBe(1)
})

test('round robin keeps the turn of the others while one is skipped', () => {
  const list = candidates({}, { slowStart: 0.1 }, {}, {})
  const strategy = strategies['round-robin']()
  let draws = 0
  const skipping = context(() => (draws++ === 0 ? 0 : 0.99))
  const ids = Array.from({ length: 9 }, () => strategy.pick(list, skipping).server.id)
  expect(ids.join('')).toBe('acdacdacd')
})

test('round robin ends even where chance never lets anybody in', () => {
  const list = candidates(...Array.from({ length: 1_000 }, (_, index) => ({ slowStart: index === 0 ? 1 : 0.1 })))
  const strategy = strategies['round-robin']()
  let draws = 0
  const refusing = context(() => {
    draws += 1
    return 0.999
  })
  strategy.pick(list, refusing)
  draws = 0
  strategy.pick(list, refusing)
  expect(draws).toBeLessThanOrEqual(65)
})
