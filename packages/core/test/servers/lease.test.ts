import { describe, expect, test } from 'vitest'
import { NoServerAvailableError, PaylbError } from '../../src/index.ts'
import { fleet, lettered, send, serverNamed, tally } from '../support/fleet.ts'
import { refusedConnection, succeeded } from '../support/outcomes.ts'

const inFlightOf = ({ balancer }: ReturnType<typeof fleet>): number[] => [
  ...balancer.snapshot().servers.map((server) => server.inFlight),
  balancer.snapshot().inFlight,
]

describe('a lease', () => {
  test('is held until it is released, not only until its outcome is known', () => {
    const one = fleet({ servers: lettered(1, 1), random: () => 0 })
    const lease = one.balancer.pick()
    expect(inFlightOf(one)).toEqual([1, 0, 1])
    lease.record(succeeded)
    expect(inFlightOf(one)).toEqual([1, 0, 1])
    lease.release()
    expect(inFlightOf(one)).toEqual([0, 0, 0])
  })

  test('can be released any number of times', () => {
    const one = fleet({ servers: lettered(1, 1) })
    const other = one.balancer.pick()
    const lease = one.balancer.pick()
    lease.release()
    lease.release()
    lease.release('cut')
    expect(inFlightOf(one).at(-1)).toBe(1)
    other.release()
    expect(inFlightOf(one)).toEqual([0, 0, 0])
    expect(one.balancer.snapshot().servers.map((server) => server.failureRate)).toEqual([0, 0])
  })

  test('records once', () => {
    const { balancer } = fleet({ servers: lettered(1) })
    const lease = balancer.pick()
    lease.record(succeeded)
    lease.record(refusedConnection)
    lease.record(succeeded)
    expect(balancer.snapshot().servers[0]?.outcomes).toEqual({ succeeded: 1 })
  })

  test('records nothing after its release', () => {
    const { balancer } = fleet({ servers: lettered(1) })
    const lease = balancer.pick()
    lease.release()
    lease.record(refusedConnection)
    expect(balancer.snapshot().servers[0]?.outcomes).toEqual({})
  })

  test('may end without an outcome, which says nothing about the server', () => {
    const { balancer } = fleet({ servers: lettered(1) })
    balancer.pick().release()
    expect(balancer.snapshot().servers[0]).toMatchObject({ outcomes: {}, failureRate: 0, responseTimeMs: null })
  })

  test('measures the time to the head of the answer, not to the end of its body', () => {
    const { balancer, clock } = fleet({ servers: lettered(1) })
    const lease = balancer.pick()
    clock.advance(40)
    lease.record(succeeded)
    clock.advance(900)
    lease.release()
    expect(balancer.snapshot().servers[0]?.responseTimeMs).toBeCloseTo(40 * Math.exp(-0.09), 9)
  })
})

describe('limits', () => {
  test('a full server is passed over, and picked again when it has room', () => {
    const servers = [serverNamed('a', { maxInFlight: 2 }), serverNamed('b')]
    const { balancer } = fleet({ servers })
    const leases = Array.from({ length: 10 }, () => balancer.pick())
    expect(tally(leases.map((lease) => lease.server.id))).toEqual({ a: 2, b: 8 })
    leases.find((lease) => lease.server.id === 'a')?.release()
    const more = Array.from({ length: 4 }, () => balancer.pick().server.id)
    expect(tally(more)).toEqual({ a: 1, b: 3 })
  })

  test('when all are full there is no server', () => {
    const { balancer } = fleet({
      servers: [serverNamed('a', { maxInFlight: 1 }), serverNamed('b', { maxInFlight: 1 })],
    })
    balancer.pick()
    const last = balancer.pick()
    expect(() => balancer.pick()).toThrow(NoServerAvailableError)
    expect(() => balancer.pick()).toThrow(/2 full/u)
    last.release()
    expect(send(balancer)).toBe(last.server.id)
  })

  test('the limit of the whole pool is an overload, which executed nothing', () => {
    const { balancer } = fleet({ maxInFlight: 2 })
    const first = balancer.pick()
    balancer.pick()
    const overloaded = expect.objectContaining({ code: 'overloaded', outcome: 'not-executed', retryAfterMs: 1_000 })
    expect(() => balancer.pick()).toThrow(PaylbError)
    expect(() => balancer.pick()).toThrow(overloaded)
    first.release()
    expect(() => balancer.pick()).not.toThrow()
  })

  test('spares take over when every other server is full', () => {
    const { balancer } = fleet({ servers: [serverNamed('a', { maxInFlight: 1 }), serverNamed('spare', { weight: 0 })] })
    expect([balancer.pick().server.id, balancer.pick().server.id]).toEqual(['a', 'spare'])
  })
})
