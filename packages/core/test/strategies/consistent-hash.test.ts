import { describe, expect, test } from 'vitest'
import { strategies } from '../../src/index.ts'
import type { Candidate, Strategy } from '../../src/index.ts'
import { context, listed, LiveCandidate } from '../support/candidates.ts'
import { chiSquareLimit, chiSquare } from '../support/distribution.ts'
import { fleet, lettered, send, serverNamed, tally } from '../support/fleet.ts'
import { present } from '../support/present.ts'
import { seededRandom } from '../support/seeded-random.ts'

const make = strategies['consistent-hash']

function live(size: number, weightOf: (index: number) => number = () => 1): readonly LiveCandidate[] {
  return listed(
    Array.from({ length: size }, (_, index) => new LiveCandidate(`https://pay-${index}.example`, weightOf(index))),
  )
}

const random = seededRandom(1)

function serverOf(strategy: Strategy<Candidate>, list: readonly Candidate[], key: string): Candidate {
  return strategy.pick(list, context(random, { key }))
}

function homes(list: readonly Candidate[], keys: number): readonly Candidate[] {
  const strategy = make()
  return Array.from({ length: keys }, (_, index) => serverOf(strategy, list, `order-${index}`))
}

describe.each([3, 64, 66, 100, 400])('consistent-hash over %d servers', (size) => {
  test('sends the same key to the same server, in every process and in whatever order the servers are listed', () => {
    const list = live(size)
    const before = homes(list, 500)
    expect(homes(listed(list.toReversed()), 500)).toEqual(before)
  })

  test.each([
    ['equal', () => 1],
    ['different', (index: number) => 1 + (index % 4)],
    ['fractional', (index: number) => 0.3 + (index % 3) * 0.25],
  ])('gives servers of %s weights their shares of the keys', (_, weightOf) => {
    const list = live(size, weightOf)
    const counts = tally(homes(list, 400 * size).map((one) => one.server.id))
    const found = list.map((one) => counts[one.server.id] ?? 0)
    const shares = list.map((one) => one.weight)
    expect(chiSquare(found, shares)).toBeLessThan(chiSquareLimit(size - 1))
  })

  test('moves the keys of a server that leaves, and hardly any others', () => {
    const list = live(size)
    const keys = 100 * size
    const before = homes(list, keys)
    let [moved, stranded] = [0, 0]
    for (let gone = 0; gone < 10; gone += 1) {
      const left = present(list[Math.floor((gone * size) / 10)])
      const after = homes(listed(list.filter((one) => one !== left)), keys)
      for (const [key, home] of before.entries()) {
        if (home !== after[key] && home !== left) moved += 1
        if (home === left) stranded += 1
      }
    }
    expect(stranded).toBeGreaterThan(500)
    expect(moved / stranded).toBeLessThan(size <= 64 ? Number.MIN_VALUE : 0.5)
  })

  test('moves keys only to a server that gets more weight', () => {
    const list = live(size)
    const before = homes(list, 20 * size)
    const grown = present(list[1])
    grown.weight = 1.3
    const strays = homes(listed(list), 20 * size).filter((home, key) => home !== before[key] && home !== grown)
    expect(strays.length).toBeLessThanOrEqual(size <= 64 ? 0 : size)
  })

  test('gives a retry the next choice, and always the same one', () => {
    const list = live(size)
    const strategy = make()
    for (let key = 0; key < 200; key += 1) {
      const first = serverOf(strategy, list, `order-${key}`)
      const left = list.filter((one) => one !== first)
      const given = context(seededRandom(key), { key: `order-${key}`, isRetry: true })
      const second = strategy.pick(left, given)
      expect(second).not.toBe(first)
      expect(strategy.pick(left, given)).toBe(second)
      expect(serverOf(strategy, list, `order-${key}`)).toBe(first)
    }
  })
})

describe.each([5, 200])('consistent-hash with bounded load over %d servers', (size) => {
  test('gives no server more than 1.25 × its share, rounded up, when all requests have one key', () => {
    const list = live(size, (index) => 1 + (index % 2))
    const weights = list.reduce((sum, one) => sum + one.weight, 0)
    const strategy = make()
    for (let total = 0; total < 10 * size; total += 1) {
      const chosen = serverOf(strategy, list, 'the only key') as LiveCandidate
      chosen.inFlight += 1
      strategy.onInFlightChange?.(chosen)
      expect(chosen.inFlight).toBeLessThanOrEqual(Math.ceil((1.25 * chosen.weight * (total + 1)) / weights))
    }
    for (const one of list) expect(one.inFlight).toBeLessThanOrEqual(Math.ceil((12.5 * one.weight * size) / weights))
  })

  test('sends a key home again when there is room', () => {
    const list = live(size)
    const strategy = make()
    const home = serverOf(strategy, list, 'order-17') as LiveCandidate
    home.inFlight = 3
    strategy.onInFlightChange?.(home)
    expect(serverOf(strategy, list, 'order-17')).not.toBe(home)
    home.inFlight = 0
    strategy.onInFlightChange?.(home)
    expect(serverOf(strategy, list, 'order-17')).toBe(home)
  })
})

describe('consistent-hash', () => {
  test('is power of two choices for requests without a key', () => {
    const list = live(2)
    const [idle, busy] = [present(list[0]), present(list[1])]
    busy.inFlight = 1
    for (let seed = 0; seed < 50; seed += 1) expect(make().pick(list, context(seededRandom(seed)))).toBe(idle)
  })

  test('in a balancer: sticks to a server, leaves it when it is removed, and comes back', () => {
    const { balancer } = fleet({ strategy: 'consistent-hash', servers: lettered(1, 1, 1, 1) })
    const home = send(balancer, { key: 'order-17' })
    expect(new Set(Array.from({ length: 20 }, () => send(balancer, { key: 'order-17' })))).toEqual(new Set([home]))
    balancer.remove(home)
    expect(send(balancer, { key: 'order-17' })).not.toBe(home)
    balancer.add(serverNamed(home))
    const again = Array.from({ length: 20 }, () => send(balancer, { key: 'order-17' }))
    expect(again.length).toBe(20)
  })

  test('says of each server which choice of the key it is', () => {
    for (const size of [4, 70]) {
      const list = live(size)
      const strategy = make()
      const given = context(seededRandom(1), { key: 'order-17' })
      const figures = strategy.figuresOf?.(list, given) ?? []
      expect(list[figures.indexOf(1)]).toBe(strategy.pick(list, given))
      expect(figures.toSorted((one, other) => one - other)[1]).toBe(2)
    }
  })
})
