import { describe, expect, test } from 'vitest'
import type { HealthOptions } from '../../src/index.ts'
import { eject, fleet, inState, lettered, sendTo, serverNamed, stateOf } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { refusedConnection, serverError, succeeded } from '../support/outcomes.ts'

type Limits = Partial<Pick<HealthOptions, 'maxEjected' | 'minAvailable'>>

const equal = (count: number) => lettered(...Array.from({ length: count }, () => 1))
const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

/* Written down rather than calculated: how many of 1 to 10 servers may be out. */
const limitsBySize: readonly (readonly [Limits, readonly number[]])[] = [
  [{}, [0, 1, 1, 1, 2, 2, 3, 3, 4, 4]],
  [{ maxEjected: 0 }, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  [{ maxEjected: 1 }, [0, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
  [{ maxEjected: 3 }, [0, 1, 2, 3, 3, 3, 3, 3, 3, 3]],
  [{ maxEjected: 99 }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [{ minAvailable: 2 }, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]],
  [{ minAvailable: 7 }, [0, 0, 0, 0, 0, 0, 0, 1, 2, 3]],
  [{ minAvailable: 99 }, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  [{ maxEjected: 99, minAvailable: 4 }, [0, 0, 0, 0, 1, 2, 3, 4, 5, 6]],
]
const rows = limitsBySize.flatMap(([limits, counts]) =>
  sizes.map((size, index) => ({ limits, size, expected: counts[index] ?? Number.NaN })),
)

const waysToBreak: Readonly<Record<string, (one: Fleet, id: string) => void>> = {
  'failed connections': ({ balancer }, id) => sendTo(balancer, id, refusedConnection, 6),
  'bad answers': ({ balancer }, id) => sendTo(balancer, id, serverError, 10),
  'failed checks': ({ balancer }, id) => balancer.reportCheck(id, false),
}

describe.each(Object.entries(waysToBreak))('by %s, with everybody bad', (_, breakOne) => {
  test.each(rows)('of $size servers, with $limits, $expected are ejected', ({ limits, size, expected }) => {
    const one = fleet({ servers: equal(size), health: { ...limits, freezeShare: 1 } })
    for (let round = 0; round < 3; round += 1) for (const { id } of one.balancer.servers) breakOne(one, id)
    expect(inState(one.balancer, 'ejected')).toHaveLength(expected)
    expect(inState(one.balancer, 'healthy')).toHaveLength(size - expected)
  })
})

describe('the limit', () => {
  test('counts a server on probation as one that is out', () => {
    const one = fleet({ servers: equal(5), random: () => 0.5, health: { freezeShare: 1 } })
    for (const id of 'ab') sendTo(one.balancer, id, refusedConnection, 3)
    one.clock.advance(10_000)
    sendTo(one.balancer, 'c', refusedConnection, 3)
    expect([inState(one.balancer, 'probation'), inState(one.balancer, 'ejected')]).toEqual(['ab', ''])
    sendTo(one.balancer, 'a', succeeded, 2)
    sendTo(one.balancer, 'c', refusedConnection)
    expect([inState(one.balancer, 'probation'), inState(one.balancer, 'ejected')]).toEqual(['b', 'c'])
  })

  test('lets a server on probation, which is out already, be ejected again', () => {
    const one = fleet({ random: () => 0.5 })
    sendTo(one.balancer, 'a', refusedConnection, 3)
    one.clock.advance(10_000)
    sendTo(one.balancer, 'a', refusedConnection)
    expect(inState(one.balancer, 'ejected')).toBe('a')
  })

  test('counts neither a draining server nor one that is draining and ejected', () => {
    const one = fleet({ servers: equal(5), health: { freezeShare: 1 } })
    sendTo(one.balancer, 'a', refusedConnection, 3)
    void one.balancer.drain('a')
    for (const id of 'bc') sendTo(one.balancer, id, refusedConnection, 3)
    expect(inState(one.balancer, 'ejected')).toBe('ab')
  })

  test('rises with the servers that join', () => {
    const one = fleet({ servers: equal(4), health: { freezeShare: 1 } })
    for (const id of 'ab') sendTo(one.balancer, id, refusedConnection, 3)
    expect(inState(one.balancer, 'ejected')).toBe('a')
    one.balancer.add('http://e.test')
    sendTo(one.balancer, 'b', refusedConnection)
    expect(inState(one.balancer, 'ejected')).toBe('ab')
  })

  test('falls with the servers that leave: those that would return first come back', () => {
    const one = fleet({ servers: equal(7), health: { freezeShare: 1 }, random: () => 0.5 })
    for (const id of 'bac') {
      sendTo(one.balancer, id, refusedConnection, 3)
      one.clock.advance(1_000)
    }
    expect(inState(one.balancer, 'ejected')).toBe('abc')
    one.balancer.remove('g')
    expect(inState(one.balancer, 'ejected')).toBe('ac')
    void one.balancer.drain('f')
    expect(inState(one.balancer, 'ejected')).toBe('ac')
    one.balancer.replace(equal(4))
    expect(inState(one.balancer, 'ejected')).toBe('c')
  })
})

describe('never fewer than one healthy server', () => {
  test('because one of weight 0 on probation is no loss', () => {
    const one = fleet({ servers: [...lettered(1), serverNamed('s', { weight: 0 })], random: () => 0.5 })
    eject(one, 's')
    one.clock.advance(31_000)
    sendTo(one.balancer, 'a', refusedConnection, 20)
    expect([inState(one.balancer, 'probation'), inState(one.balancer, 'healthy')]).toEqual(['s', 'a'])
  })

  test('when one of weight 0 on probation is the last', () => {
    const one = fleet({ servers: [...lettered(1), serverNamed('s', { weight: 0 })], random: () => 0.5 })
    eject(one, 's')
    one.clock.advance(10_000)
    expect(stateOf(one.balancer, 's')).toBe('probation')
    one.balancer.remove('a')
    expect(stateOf(one.balancer, 's')).toBe('healthy')
  })
})

test('a pool that shrinks takes back those that are too many, not one of weight 0 that is none of them', () => {
  const servers = [...lettered(1, 1, 1, 1), serverNamed('s', { weight: 0 })]
  const one = fleet({ servers, random: () => 0.5, health: { freezeShare: 1 } })
  eject(one, 's')
  one.clock.advance(31_000)
  for (const id of ['a', 'b']) eject(one, id)
  one.balancer.remove('d')
  expect([inState(one.balancer, 'ejected'), inState(one.balancer, 'probation')]).toEqual(['b', 's'])
})
