import { describe, expect, test } from 'vitest'
import { NoServerAvailableError } from '../../src/index.ts'
import type { Strategy } from '../../src/index.ts'
import { fleet, sendTo, sequence, serverNamed, tally } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { overloadedFor, refusedConnection, succeeded } from '../support/outcomes.ts'
import { present } from '../support/present.ts'

/* a and b first, then c and d, then e. */
function three(maxInFlight = 2): Fleet {
  const priorities = { a: 0, b: 0, c: 1, d: 1, e: 2 }
  return fleet({
    servers: Object.entries(priorities).map(([id, priority]) => serverNamed(id, { priority, maxInFlight })),
    random: () => 0,
  })
}

const held = ({ balancer }: Fleet, count: number): string =>
  Array.from({ length: count }, () => balancer.pick().server.id).join('')

describe('servers that cannot take more hand over', () => {
  test('when full, to each priority in turn, and to nobody when all are', () => {
    const one = three()
    expect(held(one, 10)).toBe('ababcdcdee')
    expect(() => one.balancer.pick()).toThrow(NoServerAvailableError)
    expect(() => one.balancer.pick()).toThrow(/none of 5 servers can be picked: 5 full/u)
  })

  test('when they ask to be left alone, until they may be asked again', () => {
    const one = three(100)
    for (const id of ['a', 'b']) sendTo(one.balancer, id, overloadedFor(2_000))
    expect(sequence(one.balancer, 4)).toBe('cdcd')
    sendTo(one.balancer, 'c', overloadedFor(5_000))
    expect(sequence(one.balancer, 3)).toBe('ddd')
    one.clock.advance(2_000)
    expect(tally(sequence(one.balancer, 4))).toEqual({ a: 2, b: 2 })
  })

  test('within their priority first', () => {
    const one = three(100)
    sendTo(one.balancer, 'a', overloadedFor(2_000))
    expect(sequence(one.balancer, 4)).toBe('bbbb')
  })

  test('for a retry: to the rest of their priority, then to the next', () => {
    const { balancer } = three(100)
    const after = (...ids: string[]): string => balancer.pick({ exclude: new Set(ids) }).server.id
    expect([after('a'), after('b'), after('a', 'b', 'c'), after('a', 'b', 'c', 'd')]).toEqual(['b', 'a', 'd', 'e'])
  })

  test('but an ejected server is not asked while a healthy one is only full', () => {
    const one = three(1)
    sendTo(one.balancer, 'e', refusedConnection, 3)
    expect(held(one, 4)).toBe('abcd')
    expect(() => one.balancer.pick({ method: 'GET' })).toThrow(/1 ejected, 4 full/u)
  })

  test('back, as soon as one has room', () => {
    const { balancer } = three(1)
    const leases = Array.from({ length: 3 }, () => balancer.pick())
    expect(leases.map((lease) => lease.server.id).join('')).toBe('abc')
    leases[1]?.record(succeeded)
    leases[1]?.release()
    expect(balancer.pick().server.id).toBe('b')
  })
})

/* Two with weight, of two priorities, and two without. */
const spare = (): Fleet =>
  fleet({
    servers: [
      serverNamed('a', { maxInFlight: 2 }),
      serverNamed('b', { maxInFlight: 2, priority: 1 }),
      serverNamed('s', { weight: 0 }),
      serverNamed('t', { weight: 0, priority: 1 }),
    ],
    random: () => 0,
  })

describe('servers of weight 0', () => {
  test('get nothing while any priority has a server with weight, also for retries', () => {
    const { balancer } = spare()
    expect(sequence(balancer, 20)).toBe('a'.repeat(20))
    expect(balancer.pick({ exclude: new Set(['a']) }).server.id).toBe('b')
    expect(balancer.pick({ exclude: new Set(['a', 'b']) }).server.id).toBe('s')
    expect(balancer.pick({ exclude: new Set(['a', 'b', 's']) }).server.id).toBe('t')
  })

  test('take over when all others are full, by their own priority', () => {
    const one = spare()
    expect(held(one, 7)).toBe('aabbsss')
  })

  test('take over when all others are ejected or draining, and only then', () => {
    const one = spare()
    sendTo(one.balancer, 'a', refusedConnection, 3)
    expect(sequence(one.balancer, 3)).toBe('bbb')
    void one.balancer.drain('b')
    expect(sequence(one.balancer, 3)).toBe('sss')
  })

  test('are alike when all weights are 0', () => {
    const { balancer } = fleet({ strategy: 'weighted-round-robin', random: () => 0 })
    for (const { id } of balancer.servers) balancer.update(id, { weight: 0 })
    expect(sequence(balancer, 6)).toBe('abcabc')
    balancer.update('b', { weight: 0.5 })
    expect(sequence(balancer, 4)).toBe('bbbb')
  })
})

test('a healthy server of another priority that is only full keeps an ejected one from being asked in need', () => {
  const servers = [serverNamed('a'), serverNamed('b', { priority: 1, maxInFlight: 1 }), serverNamed('x')]
  const one = fleet({ servers, panic: 'least-bad' })
  sendTo(one.balancer, 'x', refusedConnection, 3)
  one.balancer.pick({ exclude: new Set(['a', 'x']) })
  expect(() => one.balancer.pick({ exclude: new Set(['a']) })).toThrow(/1 ejected, 1 full, 1 tried already|1 full/u)
})

test('the second choice, for a server that is full, is made as for a retry: it shifts no first pick', () => {
  const asked: [number, boolean][] = []
  const servers = [serverNamed('a', { maxInFlight: 1 }), serverNamed('b'), serverNamed('c')]
  const strategy: Strategy = {
    pick: (list, { isRetry }) => (asked.push([list.length, isRetry]), present(list[0])),
  }
  const { balancer } = fleet({ servers, strategy })
  expect([balancer.pick().server.id, balancer.pick().server.id, balancer.pick().server.id]).toEqual(['a', 'b', 'b'])
  expect(asked).toEqual([
    [3, false],
    [3, false],
    [2, true],
    [3, false],
    [2, true],
  ])
})
