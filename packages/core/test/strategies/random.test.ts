import { describe, expect, test } from 'vitest'
import { chiSquare, critical } from '../support/distribution.ts'
import { fleet, lettered, send, sequence, tally } from '../support/fleet.ts'

const ids = ['a', 'b', 'c', 'd', 'e']
const counted = (picks: Iterable<string>): number[] => {
  const counts = tally(picks)
  return ids.map((id) => counts[id] ?? 0)
}

describe.each([1, 2, 3, 4, 5])('random with seed %d', (seed) => {
  const make = () => fleet({ strategy: 'random', seed, servers: lettered(1, 9, 1, 3, 1) }).balancer

  test('is uniform whatever the weights', () => {
    expect(chiSquare(counted(sequence(make(), 50_000)), [1, 1, 1, 1, 1])).toBeLessThan(critical[4] ?? 0)
  })

  test('does not depend on the pick before', () => {
    const picks = sequence(make(), 50_000)
    const afterA = picks.split('').filter((_, index) => picks[index - 1] === 'a')
    expect(chiSquare(counted(afterA), [1, 1, 1, 1, 1])).toBeLessThan(critical[4] ?? 0)
  })

  test('is uniform among those that are left for a retry', () => {
    const balancer = make()
    const retries = Array.from({ length: 20_000 }, () => send(balancer, { exclude: new Set(['b']) }))
    const [a = 0, , ...others] = counted(retries)
    expect(chiSquare([a, ...others], [1, 1, 1, 1])).toBeLessThan(critical[3] ?? 0)
  })
})
