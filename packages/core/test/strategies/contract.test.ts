import * as fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { strategies } from '../../src/index.ts'
import type { Candidate, PickRequest, Strategy, StrategyName } from '../../src/index.ts'
import { candidate, candidates, context } from '../support/candidates.ts'
import { closedLoop } from '../support/closed-loop.ts'
import { sharesOf } from '../support/distribution.ts'
import { fleet, lettered, send, sequence, serverNamed, tally } from '../support/fleet.ts'
import { refusedConnection, succeeded } from '../support/outcomes.ts'
import { seededRandom } from '../support/seeded-random.ts'

const names = Object.keys(strategies) as StrategyName[]
const honouringWeights = names.filter((name) => name !== 'round-robin' && name !== 'random')

const anyCandidate = fc.record({
  weight: fc.double({ min: 0.001, max: 1_000, noNaN: true }),
  inFlight: fc.nat(500),
  lastPick: fc.nat(1_000),
  responseTimeMs: fc.option(fc.double({ min: 0, max: 300_000, noNaN: true }), { nil: undefined }),
  failureRate: fc.double({ min: 0, max: 1, noNaN: true }),
  load: fc.option(fc.double({ min: 0, max: 10, noNaN: true }), { nil: undefined }),
  inFlightSinceReport: fc.nat(500),
  capacity: fc.option(fc.double({ min: 0.01, max: 1_000, noNaN: true }), { nil: undefined }),
})

const anyList = fc
  .array(anyCandidate, { minLength: 1, maxLength: 40 })
  .map((options): readonly Candidate[] => options.map((one, index) => candidate(`s${index}`, one)))

const anyChance = fc.constantFrom(
  () => 0,
  () => 1 - 2 ** -53,
  seededRandom(7),
)

afterEach(() => {
  vi.restoreAllMocks()
})

function choicesOf(name: StrategyName, seed: number): string {
  return sequence(fleet({ strategy: name, seed }).balancer, 200)
}

function forbidden(): never {
  throw new Error('a strategy took ambient time or chance')
}

test('the registry has every strategy, each under its own name', () => {
  expect(names.toSorted()).toEqual([
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
  const make = (): Strategy => strategies[name]()

  test('returns a member of the list, whatever the list and the chance', () => {
    const strategy = make()
    const rule = fc.property(anyList, anyChance, fc.boolean(), (list, random, isRetry) =>
      list.includes(strategy.pick(list, context(random, { isRetry }))),
    )
    expect(() => fc.assert(rule, { seed: 11, numRuns: 300 })).not.toThrow()
  })

  test('returns the only candidate', () => {
    const only = candidates({ inFlight: 400, failureRate: 1, responseTimeMs: 300_000, load: 9 })
    const strategy = make()
    for (let pick = 0; pick < 5; pick += 1) expect(strategy.pick(only, context(seededRandom(pick)))).toBe(only[0])
  })

  test('makes the same choices with the same seed', () => {
    expect(choicesOf(name, 3)).toBe(choicesOf(name, 3))
  })

  test('does not mutate the list or its members', () => {
    const list = candidates({ weight: 5 }, { weight: 1, load: 0.4 }, { responseTimeMs: 8 }, { failureRate: 0.5 })
    const strategy = make()
    const before = list.map((one) => JSON.stringify(one))
    for (let pick = 0; pick < 20; pick += 1) strategy.pick(list, context(seededRandom(pick)))
    expect(list.map((one) => JSON.stringify(one))).toEqual(before)
    expect(Object.isFrozen(list) && list.every((one) => Object.isFrozen(one))).toBe(true)
  })

  test('takes no time and no chance but what it is given', () => {
    vi.spyOn(Math, 'random').mockImplementation(forbidden)
    vi.spyOn(Date, 'now').mockImplementation(forbidden)
    vi.spyOn(performance, 'now').mockImplementation(forbidden)
    expect(sequence(fleet({ strategy: name }).balancer, 30)).toHaveLength(30)
  })

  test('survives lists that grow and shrink under it', () => {
    const all = candidates({}, { weight: 3 }, {}, { weight: 2 }, {}, {}, {})
    const strategy = make()
    const random = seededRandom(5)
    const lists = Array.from({ length: 500 }, () => all.filter(() => random() < 0.6)).filter((list) => list.length > 0)
    expect(lists.length).toBeGreaterThan(400)
    for (const list of lists) {
      expect(list).toContain(strategy.pick(list, context(random, { isRetry: random() < 0.3 })))
    }
  })

  test('gives every one of equal servers its share', () => {
    const { balancer, clock } = fleet({ strategy: name })
    const counts = closedLoop(balancer, clock, { inFlight: 30, requests: 15_000, serviceMs: 50 })
    for (const share of sharesOf(counts, ['a', 'b', 'c'])) expect(Math.abs(share - 1 / 3)).toBeLessThan(0.01)
  })

  test('starts at random, so that many processes do not all begin with the same server', () => {
    const firsts = tally(Array.from({ length: 300 }, (_, seed) => send(fleet({ strategy: name, seed }).balancer)))
    for (const id of ['a', 'b', 'c']) expect(firsts[id]).toBeGreaterThan(60)
  })

  test('never picks an excluded server', () => {
    const { balancer } = fleet({ strategy: name, servers: lettered(1, 2, 3, 4, 0) })
    const random = seededRandom(9)
    for (let pick = 0; pick < 2_000; pick += 1) {
      const exclude = new Set(['a', 'b', 'c', 'd', 'e'].filter((_, index) => index === pick % 5 || random() < 0.4))
      exclude.delete('abcde'.charAt((pick + 2) % 5))
      expect(exclude).not.toContain(send(balancer, { exclude }))
    }
  })

  test('burdens no neighbour of a dead server with all of its retries', () => {
    const { balancer, clock } = fleet({ strategy: name, servers: lettered(1, 1, 1, 1), health: false })
    const tried = (request: PickRequest): string => {
      const lease = balancer.pick(request)
      clock.advance(5)
      lease.record(lease.server.id === 'b' ? refusedConnection : succeeded)
      lease.release()
      return lease.server.id
    }
    const served = Array.from({ length: 8_000 }, () => {
      const first = tried({ method: 'GET' })
      return first === 'b' ? tried({ method: 'GET', exclude: new Set(['b']) }) : first
    })
    for (const share of sharesOf(tally(served), ['a', 'c', 'd'])) expect(Math.abs(share - 1 / 3)).toBeLessThan(0.02)
  })

  test('gives a server of weight 0 nothing while another one is left', () => {
    const { balancer } = fleet({ strategy: name, servers: lettered(0, 1, 0, 2) })
    expect(Object.keys(tally(sequence(balancer, 1_000))).toSorted()).not.toContain('a')
    expect(Object.keys(tally(sequence(balancer, 1_000))).toSorted()).not.toContain('c')
  })

  test('shares the requests among servers of weight 0 when only they are left', () => {
    const { balancer, clock } = fleet({ strategy: name, servers: lettered(0, 0, 1) })
    balancer.remove('c')
    const counts = closedLoop(balancer, clock, { inFlight: 10, requests: 10_000, serviceMs: 50 })
    for (const share of sharesOf(counts, ['a', 'b'])) expect(Math.abs(share - 0.5)).toBeLessThan(0.02)
  })

  test('goes on with servers that join and without those that leave', () => {
    const { balancer } = fleet({ strategy: name })
    sequence(balancer, 50)
    balancer.add(serverNamed('d'))
    balancer.remove('a')
    const counts = tally(sequence(balancer, 300))
    expect(counts['a']).toBeUndefined()
    expect(Object.keys(counts).length).toBeGreaterThan(0)
  })
})

describe.each(honouringWeights)('%s', (name) => {
  test.each([
    [1, 2, 4],
    [0.5, 1.5, 2],
  ])('respects the weights %d, %d, %d within 1 % over 100 000 picks', (...weights) => {
    const { balancer, clock } = fleet({ strategy: name, servers: lettered(...weights) })
    const counts = closedLoop(balancer, clock, { inFlight: 280, requests: 100_000, serviceMs: 1_000 })
    const sum = weights.reduce((total, weight) => total + weight, 0)
    const shares = sharesOf(counts, ['a', 'b', 'c'])
    for (const [index, share] of shares.entries()) {
      expect(Math.abs(share - (weights[index] ?? 0) / sum)).toBeLessThan(0.01)
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
