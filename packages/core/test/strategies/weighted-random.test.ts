import { describe, expect, test } from 'vitest'
import { strategies } from '../../src/index.ts'
import { candidates, context } from '../support/candidates.ts'
import { chiSquare, critical } from '../support/distribution.ts'
import { fleet, lettered, send, sequence, tally } from '../support/fleet.ts'
import { seededRandom } from '../support/seeded-random.ts'

const counted = (picks: Iterable<string>, ids: string): number[] => {
  const counts = tally(picks)
  return ids.split('').map((id) => counts[id] ?? 0)
}

describe.each([1, 2, 3, 4, 5])('weighted random with seed %d', (seed) => {
  const weights = [5, 0.5, 1, 3, 0.5]
  const make = () => fleet({ strategy: 'weighted-random', seed, servers: lettered(...weights) }).balancer

  test('gives every server its share of the weight', () => {
    expect(chiSquare(counted(sequence(make(), 50_000), 'abcde'), weights)).toBeLessThan(critical[4] ?? 0)
  })

  test('follows a weight that changes', () => {
    const balancer = make()
    sequence(balancer, 10)
    balancer.update('b', { weight: 8 })
    expect(chiSquare(counted(sequence(balancer, 50_000), 'abcde'), [5, 8, 1, 3, 0.5])).toBeLessThan(critical[4] ?? 0)
  })

  test('shares a retry among those that are left, by weight', () => {
    const balancer = make()
    const retries = Array.from({ length: 20_000 }, () => send(balancer, { exclude: new Set(['a']) }))
    expect(chiSquare(counted(retries, 'bcde'), [0.5, 1, 3, 0.5])).toBeLessThan(critical[3] ?? 0)
  })
})

test('one number in [0, 1) is drawn for a pick, so that no server is favoured by being asked first', () => {
  const list = candidates({ weight: 3 }, { weight: 1 }, { weight: 6 })
  let draws = 0
  const random = seededRandom(4)
  const counting = (): number => {
    draws += 1
    return random()
  }
  const strategy = strategies['weighted-random']()
  for (let pick = 0; pick < 100; pick += 1) strategy.pick(list, context(counting))
  expect(draws).toBe(100)
})
