import { describe, expect, test } from 'vitest'
import { strategies } from '../../src/index.ts'
import type { Candidate, Strategy } from '../../src/index.ts'
import { candidates, context, listed, LiveCandidate } from '../support/candidates.ts'
import type { CandidateOptions } from '../support/candidates.ts'
import { chiSquare, chiSquareLimit, critical } from '../support/distribution.ts'
import { fleet, lettered, send, tally } from '../support/fleet.ts'
import { declined, serverError } from '../support/outcomes.ts'
import { present } from '../support/present.ts'
import { seededRandom } from '../support/seeded-random.ts'

function countsOf(seed: number, options: readonly CandidateOptions[], picks: number): number[] {
  const list = candidates(...options)
  const strategy = strategies['failure-based']()
  const random = seededRandom(seed)
  const counts = tally(Array.from({ length: picks }, () => strategy.pick(list, context(random)).server.id))
  return list.map((one) => counts[one.server.id] ?? 0)
}

describe('failure-based', () => {
  test.each([1, 2, 3, 4, 5])('picks in proportion to weight × (1 − failureRate)³, with seed %d', (seed) => {
    const options = [{}, { weight: 2 }, { failureRate: 0.5 }, { weight: 3, failureRate: 0.2 }]
    const counts = countsOf(seed, options, 50_000)
    expect(chiSquare(counts, [1, 2, 0.5 ** 3, 3 * 0.8 ** 3])).toBeLessThan(critical[3] ?? 0)
  })

  test.each([
    [2, 1],
    [3, 2],
    [10, 9],
    [40, 20],
  ])(
    'gives each of %d servers, of which %d always fail, at least a hundredth of an equal share',
    (servers, failing) => {
      const options = Array.from({ length: servers }, (_, index) => ({ failureRate: index < failing ? 1 : 0 }))
      const strategy = strategies['failure-based']()
      const list = candidates(...options)
      const steps = 40_000
      const picks = Array.from({ length: steps }, (_, step) =>
        strategy.pick(
          list,
          context(() => step / steps),
        ),
      )
      const counts = tally(picks.map((one) => one.server.id))
      const floor = (0.01 / servers) * steps
      for (const one of list.slice(0, failing)) expect(counts[one.server.id]).toBeGreaterThanOrEqual(Math.floor(floor))
      for (const one of list.slice(0, failing)) expect(counts[one.server.id]).toBeLessThanOrEqual(floor * 1.1 + 1)
    },
  )

  test('is fair when everybody fails', () => {
    const counts = countsOf(1, [{ failureRate: 0.999 }, { failureRate: 0.999 }], 20_000)
    expect(chiSquare(counts, [1, 1])).toBeLessThan(critical[1] ?? 0)
  })

  test('turns away from a server that fails, and back when it recovers', () => {
    const { balancer, clock } = fleet({ strategy: 'failure-based', servers: lettered(1, 1), health: false })
    const shareOfA = (isFailing: boolean): number => {
      const picks = Array.from({ length: 2_000 }, () => {
        clock.advance(10)
        const lease = balancer.pick()
        lease.record({ ...serverError, status: isFailing && lease.server.id === 'a' ? 500 : 200 })
        lease.release()
        return lease.server.id
      })
      return (tally(picks.slice(1_000))['a'] ?? 0) / 1_000
    }
    expect(shareOfA(false)).toBeGreaterThan(0.45)
    expect(shareOfA(true)).toBeLessThan(0.15)
    shareOfA(false)
    expect(shareOfA(false)).toBeGreaterThan(0.45)
  })

  test('does not hold declined cards against a server', () => {
    const { balancer, clock } = fleet({ strategy: 'failure-based', servers: lettered(1, 1) })
    const picks = Array.from({ length: 2_000 }, () => {
      clock.advance(10)
      const lease = balancer.pick()
      if (lease.server.id === 'a') lease.record(declined)
      lease.release()
      return lease.server.id
    })
    expect(tally(picks)['a']).toBeGreaterThan(900)
    expect(balancer.snapshot().servers[0]?.failureRate).toBe(0)
    expect(send(balancer)).toBeTypeOf('string')
  })
})

const fifty = (): readonly LiveCandidate[] =>
  listed(Array.from({ length: 50 }, (_, index) => new LiveCandidate(`s${index}`, index === 0 ? 51 : 1)))

function shareOfFirst(strategy: Strategy, list: readonly Candidate[], now: number): number {
  const given = context(seededRandom(now + 1), { now })
  const picks = Array.from({ length: 20_000 }, () => strategy.pick(list, given))
  return picks.filter((one) => one === list[0]).length / picks.length
}

describe('failure-based among many servers', () => {
  test.each([1, 2, 3, 4, 5])('picks in proportion to weight × (1 − failureRate)³, with seed %d', (seed) => {
    const options = Array.from({ length: 40 }, (_, index) => ({
      weight: 1 + (index % 3),
      failureRate: (index % 5) / 10,
    }))
    const shares = options.map(({ weight, failureRate }) => weight * (1 - failureRate) ** 3)
    expect(chiSquare(countsOf(seed, options, 50_000), shares)).toBeLessThan(chiSquareLimit(39))
  })

  test('notices within 100 ms that a server fails, and that it has recovered', () => {
    const list = fifty()
    const strategy = strategies['failure-based']()
    expect(shareOfFirst(strategy, list, 0)).toBeCloseTo(0.51, 1)
    present(list[0]).failureRate = 0.9
    expect(shareOfFirst(strategy, list, 99)).toBeCloseTo(0.51, 1)
    expect(shareOfFirst(strategy, list, 100)).toBeLessThan(0.01)
    present(list[0]).failureRate = 0
    expect(shareOfFirst(strategy, list, 200)).toBeCloseTo(0.51, 1)
  })

  test('looks again when the clock jumps back', () => {
    const list = fifty()
    const strategy = strategies['failure-based']()
    shareOfFirst(strategy, list, 1_000_000)
    present(list[0]).failureRate = 0.9
    expect(shareOfFirst(strategy, list, 5)).toBeLessThan(0.01)
  })
})
