import { describe, expect, test } from 'vitest'
import { strategies } from '../../src/index.ts'
import { candidates, context } from '../support/candidates.ts'
import type { CandidateOptions } from '../support/candidates.ts'
import { fleet, lettered, send, sequence, serverNamed, tally } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { seededRandom } from '../support/seeded-random.ts'

function pickOf(...options: CandidateOptions[]): string {
  return strategies['load-based']().pick(candidates(...options), context(seededRandom(1))).server.id
}

/* Older than the ten seconds in which reports are not used. */
function grown(...loads: number[]): Fleet {
  const one = fleet({ strategy: 'load-based', servers: lettered(...loads.map(() => 1)) })
  one.clock.advance(10_000)
  for (const [index, load] of loads.entries()) one.balancer.reportLoad('abcdef'.charAt(index), load)
  return one
}

function loadOf({ balancer }: Fleet, id: string): number | null | undefined {
  return balancer.snapshot().servers.find((server) => server.id === id)?.load
}

describe('load-based', () => {
  test.each([
    ['the lowest load', [{ load: 0.9 }, { load: 0.2 }, { load: 0.5 }], 'b'],
    ['the lowest load by weight', [{ load: 0.8, weight: 5 }, { load: 0.2 }], 'a'],
    [
      'what was sent since the report into account',
      [{ load: 0.2, inFlightSinceReport: 40, capacity: 100 }, { load: 0.5 }],
      'b',
    ],
    ['capacity into account', [{ load: 0.2, inFlightSinceReport: 40, capacity: 1_000 }, { load: 0.5 }], 'a'],
    ['a silent server for one of median load', [{ load: 0.1 }, {}, { load: 0.9 }], 'a'],
    [
      'a silent server before one of more than median load',
      [{}, { load: 0.6 }, { load: 0.4, inFlightSinceReport: 50 }],
      'a',
    ],
    ['least connections when all are silent', [{ inFlight: 3 }, { inFlight: 1 }, { inFlight: 2 }], 'b'],
  ])('takes %s', (_, options, expected) => {
    expect(pickOf(...options)).toBe(expected)
  })

  test('does not send everything to the idlest server until the next report', () => {
    const { balancer } = grown(0.1, 0.2, 0.3)
    const counts = tally(Array.from({ length: 60 }, () => balancer.pick().server.id))
    expect(counts['a']).toBeGreaterThan(counts['b'] ?? 0)
    expect(counts['b']).toBeGreaterThan(counts['c'] ?? 0)
    expect(counts['c']).toBeGreaterThan(5)
  })

  test('counts only what is still in flight since the report', () => {
    const { balancer } = grown(0.1, 0.2)
    expect(tally(sequence(balancer, 50))).toEqual({ a: 50 })
  })

  test('counts from zero again at the next report', () => {
    const servers = lettered(1, 1).map((server) => ({ ...server, maxInFlight: 100 }))
    const { balancer, clock } = fleet({ strategy: 'load-based', servers })
    clock.advance(10_000)
    const report = (): void => {
      balancer.reportLoad('a', 0.1)
      balancer.reportLoad('b', 0.2)
    }
    report()
    const held = Array.from({ length: 40 }, () => balancer.pick())
    expect(tally(held.map((lease) => lease.server.id))).toEqual({ a: 25, b: 15 })
    report()
    for (const lease of held) lease.release()
    const more = Array.from({ length: 40 }, () => balancer.pick().server.id)
    expect(tally(more)).toEqual({ a: 25, b: 15 })
  })

  test('does not use a report that is older than three minutes', () => {
    const two = grown(0.1, 0.5)
    two.clock.advance(180_000)
    expect(loadOf(two, 'a')).toBe(0.1)
    two.clock.advance(1)
    expect(loadOf(two, 'a')).toBeNull()
    expect(tally(sequence(two.balancer, 10))).toEqual({ a: 5, b: 5 })
  })

  test('does not use a report in the first ten seconds of a server’s life', () => {
    const two = grown(0.5, 0.6)
    two.balancer.add(serverNamed('new'))
    two.balancer.reportLoad('new', 0)
    expect(loadOf(two, 'new')).toBeNull()
    expect(send(two.balancer)).toBe('a')
    two.clock.advance(9_999)
    expect(loadOf(two, 'new')).toBeNull()
    two.clock.advance(1)
    expect(loadOf(two, 'new')).toBe(0)
    expect(send(two.balancer)).toBe('new')
  })

  test.each([Number.NaN, Infinity, -0.1])('ignores a report of %d', (load) => {
    const two = grown(0.3, 0.4)
    two.balancer.reportLoad('a', load)
    expect(loadOf(two, 'a')).toBe(0.3)
  })

  test('ignores a report of a server that is not listed', () => {
    const two = grown(0.3, 0.4)
    expect(() => two.balancer.reportLoad('stranger', 0.1)).not.toThrow()
  })
})
