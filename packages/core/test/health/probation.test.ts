import { describe, expect, test } from 'vitest'
import { NoServerAvailableError } from '../../src/index.ts'
import type { PickRequest } from '../../src/index.ts'
import { eject, fleet, lettered, send, sequence, serverNamed, stateOf, tally } from '../support/fleet.ts'
import type { Fleet, FleetOptions } from '../support/fleet.ts'
import { refusedConnection, succeeded } from '../support/outcomes.ts'

function withAOnProbation(options: FleetOptions = {}): Fleet {
  const one = fleet(options)
  eject(one, 'a')
  one.clock.advance(12_000)
  return one
}

const safe: PickRequest = { method: 'GET' }
const keyed: PickRequest = { method: 'POST', key: 'order-17' }
const bare: PickRequest = { method: 'POST' }

describe('probation', () => {
  test('begins when the ejection is over, and not before', () => {
    const three = fleet({ random: () => 0.5 })
    eject(three, 'a')
    three.clock.advance(9_999)
    expect(tally(sequence(three.balancer, 10, safe))['a']).toBeUndefined()
    expect(stateOf(three.balancer, 'a')).toBe('ejected')
    three.clock.advance(1)
    expect(send(three.balancer, safe)).toBe('a')
  })

  test('admits one request at a time', () => {
    const { balancer } = withAOnProbation()
    const leases = Array.from({ length: 50 }, () => balancer.pick(safe))
    expect(leases.filter((lease) => lease.server.id === 'a')).toHaveLength(1)
  })

  test('admits the next one only when the body of the last one has ended', () => {
    const { balancer } = withAOnProbation()
    const first = balancer.pick(safe)
    first.record(succeeded)
    expect(balancer.pick(safe).server.id).not.toBe('a')
    first.release()
    expect(balancer.pick(safe).server.id).toBe('a')
  })

  test('ends with two successes, and the server takes its turn again', () => {
    const { balancer, clock } = withAOnProbation()
    expect([send(balancer, safe), send(balancer, keyed)]).toEqual(['a', 'a'])
    expect(stateOf(balancer, 'a')).toBe('healthy')
    clock.advance(30_000)
    expect(tally(sequence(balancer, 30))).toEqual({ a: 10, b: 10, c: 10 })
  })

  test('ends with one failure, and the next ejection lasts twice as long', () => {
    const { balancer, clock } = withAOnProbation({ random: () => 0.5 })
    send(balancer, safe, refusedConnection)
    expect(stateOf(balancer, 'a')).toBe('ejected')
    clock.advance(19_999)
    expect(stateOf(balancer, 'a')).toBe('ejected')
    clock.advance(1)
    expect(stateOf(balancer, 'a')).toBe('probation')
  })

  test('prefers safe and keyed requests, but waits no longer than a second for one', () => {
    const { balancer, clock } = withAOnProbation()
    stateOf(balancer, 'a')
    expect(send(balancer, bare)).not.toBe('a')
    clock.advance(999)
    expect(send(balancer, bare)).not.toBe('a')
    clock.advance(1)
    expect(send(balancer, bare)).toBe('a')
  })

  test('is not for retries', () => {
    const { balancer } = withAOnProbation()
    expect(send(balancer, { ...safe, exclude: new Set(['b']) })).toBe('c')
  })

  test('begins without the response times of before', () => {
    const { balancer } = withAOnProbation({ strategy: 'least-response-time' })
    stateOf(balancer, 'a')
    expect(balancer.snapshot().servers[0]?.responseTimeMs).toBeNull()
  })

  test('leaves a server of weight 0 alone while others can be picked', () => {
    const { balancer, clock } = withAOnProbation()
    balancer.update('a', { weight: 0 })
    clock.advance(5_000)
    expect(tally(sequence(balancer, 20, safe))).toEqual({ b: 10, c: 10 })
  })

  test('goes to a server with a weight before one of weight 0', () => {
    const five = fleet({ servers: lettered(1, 1, 1, 1, 1) })
    eject(five, 'a')
    eject(five, 'b')
    five.balancer.update('a', { weight: 0 })
    five.clock.advance(20_000)
    const retry = { ...safe, exclude: new Set(['c', 'd', 'e']) }
    expect([five.balancer.pick(retry).server.id, five.balancer.pick(retry).server.id]).toEqual(['b', 'a'])
  })

  test('admits a bare payment at once when there is no choice', () => {
    const servers = [serverNamed('a'), serverNamed('b', { maxInFlight: 1 })]
    const { balancer } = withAOnProbation({ servers })
    expect(balancer.pick(bare).server.id).toBe('b')
    expect(balancer.pick(bare).server.id).toBe('a')
    expect(() => balancer.pick(bare)).toThrow(NoServerAvailableError)
  })
})

/* Both are out of the question: a is ejected, b was tried already. */
function retryOnA(request: PickRequest): PickRequest {
  return { ...request, exclude: new Set(['b']) }
}

function withAEjected(options: FleetOptions = {}): Fleet {
  const two = fleet({ servers: lettered(1, 1), ...options })
  eject(two, 'a')
  return two
}

describe('when nobody is eligible', () => {
  test('a bare payment is refused', () => {
    const { balancer } = withAEjected()
    expect(() => balancer.pick(retryOnA(bare))).toThrow(/1 ejected, 1 tried already/u)
  })

  test.each([
    ['safe', safe],
    ['keyed', keyed],
  ])('a %s request goes to the ejected server', (_, request) => {
    expect(send(withAEjected().balancer, retryOnA(request))).toBe('a')
  })

  test('it goes to the one that would return first', () => {
    const five = fleet({ servers: lettered(1, 1, 1, 1, 1), random: () => 0.5 })
    eject(five, 'd')
    five.clock.advance(3_000)
    eject(five, 'b')
    expect(send(five.balancer, { ...safe, exclude: new Set(['a', 'c', 'e']) })).toBe('d')
    expect(send(five.balancer, { ...safe, exclude: new Set(['a', 'c', 'd', 'e']) })).toBe('b')
  })

  test.each([
    ['fail', safe, 'NoServerAvailableError'],
    ['least-bad', bare, 'a'],
    ['all', bare, 'a'],
  ] as const)('panic: %s decides for everything', (panic, request, expected) => {
    const { balancer } = withAEjected({ panic })
    const pick = (): string => {
      try {
        return send(balancer, retryOnA(request))
      } catch (error) {
        return (error as Error).name
      }
    }
    expect(pick()).toBe(expected)
  })

  test.each(['fail', 'least-bad', 'all'] as const)(
    'panic: %s does not turn the load of full servers on an ejected one',
    (panic) => {
      const { balancer } = withAEjected({ panic, servers: [serverNamed('a'), serverNamed('b', { maxInFlight: 2 })] })
      balancer.pick(keyed)
      balancer.pick(keyed)
      expect(() => balancer.pick(keyed)).toThrow(/none of 2 servers can be picked: 1 ejected, 1 full/u)
    },
  )

  test('the error says when to ask again', () => {
    const { balancer } = withAEjected({ random: () => 0.5 })
    expect(() => balancer.pick(retryOnA(bare))).toThrow(
      expect.objectContaining({ code: 'no-server-available', outcome: 'not-executed', retryAfterMs: 10_000 }),
    )
  })
})
