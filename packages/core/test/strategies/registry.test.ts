import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { strategies } from '../../src/index.ts'
import type { Candidate, StrategyName } from '../../src/index.ts'
import { candidate, candidates, context } from '../support/candidates.ts'
import { closedLoop } from '../support/closed-loop.ts'
import { sharesOf } from '../support/distribution.ts'
import { fleet, lettered, send, sequence } from '../support/fleet.ts'
import { seededRandom } from '../support/seeded-random.ts'

/* What holds for every strategy is in the strategy contract of @paylb/testing. Here is what it cannot see. */

const names = Object.keys(strategies) as StrategyName[]

const anyCandidate = fc.record({
  weight: fc.double({ min: 0.001, max: 1_000, noNaN: true }),
  slowStart: fc.double({ min: 0.1, max: 1, noNaN: true }),
  inFlight: fc.nat(500),
  lastPick: fc.nat(1_000),
  responseTimeMs: fc.option(fc.double({ min: 0, max: 300_000, noNaN: true }), { nil: undefined }),
  failureRate: fc.double({ min: 0, max: 1, noNaN: true }),
  load: fc.option(fc.double({ min: 0, max: 10, noNaN: true }), { nil: undefined }),
  inFlightSinceReport: fc.nat(500),
  capacity: fc.option(fc.double({ min: 0.01, max: 1_000, noNaN: true }), { nil: undefined }),
})

const anyList = fc
  .array(anyCandidate, { minLength: 1, maxLength: 80 })
  .map((options): readonly Candidate[] => options.map((one, index) => candidate(`s${index}`, one)))

const anyChance = fc.constantFrom(
  () => 0,
  () => 1 - 2 ** -53,
  seededRandom(7),
)

const anyKey = fc.option(fc.string(), { nil: undefined })

test('the registry has every strategy, each under its own name', () => {
  expect(names.toSorted()).toEqual([
    'consistent-hash',
    'failure-based',
    'least-connections',
    'least-response-time',
    'load-based',
    'power-of-two',
    'random',
    'round-robin',
    'weighted-random',
    'weighted-round-robin',
  ])
  for (const name of names) expect(strategies[name]().name).toBe(name)
})

describe.each(names)('%s', (name) => {
  test('returns a member of the list, whatever the list and the chance', () => {
    const strategy = strategies[name]()
    const rule = fc.property(anyList, anyChance, anyKey, fc.boolean(), (list, random, key, isRetry) =>
      list.includes(strategy.pick(list, context(random, { isRetry, key }))),
    )
    expect(() => fc.assert(rule, { seed: 11, numRuns: 300 })).not.toThrow()
  })

  test('returns the only candidate, however bad it looks', () => {
    const only = candidates({ inFlight: 400, failureRate: 1, responseTimeMs: 300_000, load: 9 })
    const strategy = strategies[name]()
    for (let pick = 0; pick < 5; pick += 1) {
      expect(strategy.pick(only, context(seededRandom(pick), { key: 'order-17' }))).toBe(only[0])
    }
  })

  test('explains itself with one number per candidate, or not at all', () => {
    const strategy = strategies[name]()
    for (const size of [3, 100]) {
      const list = candidates(...Array.from({ length: size }, (_, index) => ({ weight: 1 + (index % 3) })))
      const given = context(seededRandom(1), { key: 'order-17' })
      const chosen = strategy.pick(list, given)
      const figures = strategy.figuresOf?.(list, given)
      expect(figures?.length).toBe(strategy.figure === undefined ? undefined : size)
      expect(figures?.every((figure) => Number.isFinite(figure))).not.toBe(false)
      expect(list).toContain(chosen)
    }
  })

  test('chooses the same, explained or not', () => {
    const [quiet, asked] = [strategies[name](), strategies[name]()]
    const [one, other] = [seededRandom(4), seededRandom(4)]
    for (const size of [3, 100]) {
      const list = candidates(...Array.from({ length: size }, (_, index) => ({ weight: 1 + (index % 3) })))
      for (let pick = 0; pick < 50; pick += 1) {
        const given = context(one, { now: pick, key: `order-${pick}` })
        asked.figuresOf?.(list, given)
        expect(asked.pick(list, given)).toBe(quiet.pick(list, { ...given, random: other }))
      }
    }
  })
})

test.each(['round-robin', 'random'] as const)('%s ignores configured weights', (name) => {
  const { balancer, clock } = fleet({ strategy: name, servers: lettered(1, 2, 4) })
  const counts = closedLoop(balancer, clock, { inFlight: 10, requests: 50_000, serviceMs: 50 })
  for (const share of sharesOf(counts, ['a', 'b', 'c'])) expect(Math.abs(share - 1 / 3)).toBeLessThan(0.01)
})

test.each(['round-robin', 'weighted-round-robin'] as const)(
  '%s: retries do not shift the turn of first picks',
  (name) => {
    const servers = lettered(3, 2, 1)
    const undisturbed = fleet({ strategy: name, servers, random: () => 0.4 }).balancer
    const { balancer } = fleet({ strategy: name, servers, random: () => 0.4 })
    const random = seededRandom(2)
    const firstPicks = Array.from({ length: 300 }, () => {
      if (random() < 0.5) send(balancer, { exclude: new Set(['abc'.charAt(Math.floor(random() * 3))]) })
      return send(balancer)
    })
    expect(firstPicks.join('')).toBe(sequence(undisturbed, 300))
  },
)
