import { describe, expect, test } from 'vitest'
import { strategies } from '../../src/index.ts'
import type { Balancer, Outcome } from '../../src/index.ts'
import { candidate, candidates, context } from '../support/candidates.ts'
import type { CandidateOptions } from '../support/candidates.ts'
import { fleet, lettered, send, serverNamed, tally } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { callerGone, overloaded, refusedConnection, serverError, succeeded } from '../support/outcomes.ts'
import { seededRandom } from '../support/seeded-random.ts'

const make = (...weights: number[]): Fleet => fleet({ strategy: 'least-response-time', servers: lettered(...weights) })

/* One request, one after the other, each answered in the time of its server. */
function answered({ balancer, clock }: Fleet, msOf: Record<string, number>, outcome = succeeded): string {
  const lease = balancer.pick()
  clock.advance(msOf[lease.server.id] ?? 0)
  lease.record(outcome)
  lease.release()
  return lease.server.id
}

function learn(one: Fleet, msOf: Record<string, number>): void {
  for (let request = 0; request < 20; request += 1) answered(one, msOf)
}

function responseTimeOf(balancer: Balancer, id: string): number | null | undefined {
  return balancer.snapshot().servers.find((server) => server.id === id)?.responseTimeMs
}

function pickOf(...options: CandidateOptions[]): string {
  return strategies['least-response-time']().pick(candidates(...options), context(seededRandom(1))).server.id
}

describe('least-response-time', () => {
  test.each([
    ['the fastest', [{ responseTimeMs: 30 }, { responseTimeMs: 10 }, { responseTimeMs: 20 }], 'b'],
    ['the fastest with what waits there', [{ responseTimeMs: 30 }, { responseTimeMs: 10, inFlight: 5 }], 'a'],
    ['the fastest by weight', [{ responseTimeMs: 30, weight: 4 }, { responseTimeMs: 10 }], 'a'],
    [
      'no new server before a faster one',
      [{ responseTimeMs: 10 }, { responseTimeMs: 20 }, { responseTimeMs: 30 }, {}],
      'a',
    ],
    [
      'a new server before slower ones',
      [{ responseTimeMs: 10, inFlight: 3 }, {}, { responseTimeMs: 20, inFlight: 1 }],
      'b',
    ],
    ['no new server that is being probed', [{ responseTimeMs: 9_000, inFlight: 90 }, { inFlight: 1 }], 'a'],
    ['the least busy while all are new', [{ inFlight: 2 }, { inFlight: 1 }, { inFlight: 3 }], 'b'],
    ['the least busy while all answer in no time', [{ responseTimeMs: 0, inFlight: 2 }, { responseTimeMs: 0 }], 'b'],
  ])('takes %s', (_, options, expected) => {
    expect(pickOf(...options)).toBe(expected)
  })

  test('sends most requests to the fastest server', () => {
    const three = make(1, 1, 1)
    learn(three, { a: 40, b: 10, c: 40 })
    const counts = tally(Array.from({ length: 200 }, () => answered(three, { a: 40, b: 10, c: 40 })))
    expect(counts['b']).toBeGreaterThan(190)
  })

  test('leaves a server at once when it turns slow', () => {
    const two = make(1, 1)
    learn(two, { a: 10, b: 12 })
    while (answered(two, { a: 3_000, b: 12 }) !== 'a') two.clock.advance(100)
    expect(Array.from({ length: 50 }, () => answered(two, { a: 10, b: 12 }))).not.toContain('a')
  })

  test.each([
    ['refused connections', refusedConnection],
    ['errors', serverError],
    ['overload', overloaded],
  ])('does not take a server that fails fast with %s for a fast one', (_, failure) => {
    const { balancer, clock } = fleet({ strategy: 'least-response-time', health: false })
    const picks = Array.from({ length: 1_000 }, () => {
      const lease = balancer.pick()
      clock.advance(lease.server.id === 'a' ? 1 : 20)
      lease.record(lease.server.id === 'a' ? failure : succeeded)
      lease.release()
      return lease.server.id
    })
    expect(tally(picks)['a']).toBeLessThan(5)
    expect(responseTimeOf(balancer, 'b')).toBeLessThan(21)
  })

  test('does not take a server that cuts its answers fast for a fast one', () => {
    const { balancer, clock } = fleet({ strategy: 'least-response-time', health: false })
    const picks = Array.from({ length: 1_000 }, () => {
      const lease = balancer.pick()
      clock.advance(lease.server.id === 'a' ? 1 : 20)
      lease.record(succeeded)
      lease.release(lease.server.id === 'a' ? 'cut' : 'complete')
      return lease.server.id
    })
    expect(tally(picks)['a']).toBeLessThan(5)
  })

  test.each<[string, Partial<Outcome>, number]>([
    ['5 s', {}, 5_000],
    ['the Retry-After when that is more', { retryAfterMs: 120_000 }, 120_000],
    ['5 s when Retry-After is less', { retryAfterMs: 1_000 }, 5_000],
  ])('counts a failure as %s', (_, more, expected) => {
    const { balancer } = make(1)
    send(balancer, {}, { ...overloaded, ...more })
    expect(responseTimeOf(balancer, 'a')).toBe(expected)
  })

  test('counts a failure as the current value when that is more than 5 s', () => {
    const one = make(1)
    answered(one, { a: 9_000 })
    send(one.balancer, {}, serverError)
    expect(responseTimeOf(one.balancer, 'a')).toBe(9_000)
    one.clock.advance(1_000)
    send(one.balancer, {}, serverError)
    expect(responseTimeOf(one.balancer, 'a')).toBeGreaterThan(8_700)
  })

  test('learns nothing from a request whose caller went away', () => {
    const one = make(1)
    answered(one, { a: 70 }, callerGone)
    expect(responseTimeOf(one.balancer, 'a')).toBeNull()
  })

  test('tries a slow server again after a while', () => {
    const two = make(1, 1)
    learn(two, { a: 10, b: 5_000 })
    const picks = Array.from({ length: 12_000 }, () => answered(two, { a: 10, b: 10 }))
    const again = picks.indexOf('b')
    expect(again).toBeGreaterThan(1_000)
    expect(tally(picks.slice(-100))['b']).toBeGreaterThan(10)
  })
})

describe('least-response-time and a new server', () => {
  test('probes it with one request at a time until its first sample', () => {
    const three = make(1, 1)
    learn(three, { a: 10, b: 10 })
    three.balancer.add(serverNamed('new'))
    three.clock.advance(30_000)
    const leases = Array.from({ length: 300 }, () => three.balancer.pick())
    expect(leases.filter((lease) => lease.server.id === 'new')).toHaveLength(1)
    three.clock.advance(10)
    for (const lease of leases) lease.record(succeeded)
    for (const lease of leases) lease.release()
    const then = Array.from({ length: 300 }, () => three.balancer.pick().server.id)
    expect(tally(then)['new']).toBeGreaterThan(90)
  })

  test('does not starve it while there is never more than one request at a time', () => {
    const three = make(1, 1)
    learn(three, { a: 10, b: 12 })
    three.balancer.add(serverNamed('new'))
    three.clock.advance(30_000)
    const picks = Array.from({ length: 400 }, () => answered(three, { a: 10, b: 12, new: 5 }))
    expect(picks).toContain('new')
  })

  test('does not starve the third server when the first one is dead from the start', () => {
    const { balancer, clock } = fleet({ strategy: 'least-response-time', health: false, random: () => 0 })
    const first = balancer.pick()
    first.record(refusedConnection)
    first.release()
    const leases = []
    for (let request = 0; request < 100; request += 1) {
      const lease = balancer.pick()
      clock.advance(5)
      lease.record(succeeded)
      lease.release()
      leases.push(lease.server.id)
    }
    expect(Object.values(tally(leases))).toEqual([50, 50])
  })
})

describe('least-response-time among more than 16 servers', () => {
  const fast = { responseTimeMs: 10 }

  test('compares two different ones', () => {
    const list = candidates(...Array.from({ length: 20 }, () => fast))
    const strategy = strategies['least-response-time']()
    const random = seededRandom(4)
    const counts = tally(Array.from({ length: 20_000 }, () => strategy.pick(list, context(random)).server.id))
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(800)
  })

  test('never takes the slowest of all', () => {
    const list = [...candidates(...Array.from({ length: 20 }, () => fast)), candidate('slow', { responseTimeMs: 11 })]
    const strategy = strategies['least-response-time']()
    const random = seededRandom(4)
    const ids = Array.from({ length: 5_000 }, () => strategy.pick(list, context(random)).server.id)
    expect(ids).not.toContain('slow')
  })

  test('takes neither of two that are being probed', () => {
    const probed = Array.from({ length: 19 }, (_, index) => candidate(`new${index}`, { inFlight: 1 }))
    const strategy = strategies['least-response-time']()
    const list = [...probed, candidate('known', fast)]
    const random = seededRandom(4)
    const ids = Array.from({ length: 500 }, () => strategy.pick(list, context(random)).server.id)
    expect(new Set(ids)).toEqual(new Set(['known']))
  })
})
