import { describe, expect, test } from 'vitest'
import type { HealthOptions, ServerOptions } from '../../src/index.ts'
import { fleet, inState, sendTo, sequence, serverNamed, stateOf, tally } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { refusedConnection, succeeded } from '../support/outcomes.ts'

/* Two clouds: the servers of the first one, then those of the second. */
function clouds(first: string, second: string, health: Partial<HealthOptions> = {}): Fleet {
  const servers = [...named(first, { priority: 0 }), ...named(second, { priority: 1 })]
  return fleet({ servers, health, random: () => 0.5 })
}

/* Whether ejections are frozen, as an observer is told. */
function listen({ balancer }: Fleet): () => boolean {
  let last = false
  balancer.observe({
    onFreeze: ({ isFrozen }) => {
      last = isFrozen
    },
  })
  return () => last
}

function named(ids: string, options: Partial<ServerOptions>): readonly ServerOptions[] {
  return ids.split('').map((id) => serverNamed(id, options))
}

function breakAll({ balancer }: Fleet, ids: string, times = 3): void {
  for (let time = 0; time < times; time += 1) for (const id of ids) sendTo(balancer, id, refusedConnection)
}

describe('a whole cloud that is dead', () => {
  test.each([
    ['a', 'x'],
    ['ab', 'xy'],
    ['abc', 'xyz'],
    ['ab', 'x'],
    ['abcd', 'xyz'],
  ])('%s is ejected while %s stands in for it', (first, second) => {
    const one = clouds(first, second, { freezeShare: 1 })
    breakAll(one, first)
    expect(inState(one.balancer, 'ejected')).toBe(first)
    expect(
      Object.keys(tally(sequence(one.balancer, 40)))
        .toSorted()
        .join(''),
    ).toBe(second)
  })

  test('comes back server by server when it works again', () => {
    const one = clouds('ab', 'xy')
    breakAll(one, 'ab')
    one.clock.advance(11_000)
    for (const id of 'ab') sendTo(one.balancer, id, succeeded, 2)
    expect(inState(one.balancer, 'healthy')).toBe('abxy')
  })

  test('keeps one server where the other one is dead as well', () => {
    const one = clouds('ab', 'xyz', { freezeShare: 1 })
    breakAll(one, 'xyz')
    expect(inState(one.balancer, 'ejected')).toBe('xyz')
    breakAll(one, 'ab', 9)
    expect(inState(one.balancer, 'healthy')).toHaveLength(1)
  })

  test('is not kept in rotation because the other one has but one server left', () => {
    const one = clouds('abcde', 'x', { freezeShare: 1 })
    breakAll(one, 'abcd')
    breakAll(one, 'x')
    expect([inState(one.balancer, 'ejected'), inState(one.balancer, 'healthy')]).toEqual(['abcdx', 'e'])
    one.balancer.update('x', { weight: 2 })
    expect(inState(one.balancer, 'healthy')).toBe('e')
  })

  test('of servers of weight 0 is ejected while another such server stands in', () => {
    const servers = [serverNamed('a', { weight: 0 }), serverNamed('s', { priority: 1, weight: 0 })]
    const one = fleet({ servers, health: { freezeShare: 1 } })
    breakAll(one, 'as', 9)
    expect([inState(one.balancer, 'ejected'), inState(one.balancer, 'healthy')]).toEqual(['a', 's'])
  })

  test('never takes the last healthy servers with it', () => {
    const one = clouds('ab', 'xy', { freezeShare: 1, minAvailable: 2 })
    breakAll(one, 'abxy', 9)
    expect(inState(one.balancer, 'healthy')).toHaveLength(2)
  })

  test('does not hang on servers of weight 0', () => {
    const servers = [serverNamed('a'), serverNamed('b'), serverNamed('s', { priority: 1, weight: 0 })]
    const one = fleet({ servers, health: { freezeShare: 1 } })
    breakAll(one, 'ab')
    expect(inState(one.balancer, 'ejected')).toBe('a')
  })

  test('is held by a limit that was given for the pool', () => {
    const one = clouds('ab', 'xy', { maxEjected: 1 })
    breakAll(one, 'ab')
    expect(inState(one.balancer, 'ejected')).toBe('a')
  })

  test('is taken back as far as its own limit when the other one leaves', () => {
    const one = clouds('abc', 'xy', { freezeShare: 1 })
    breakAll(one, 'abc')
    one.balancer.remove('x')
    expect(inState(one.balancer, 'ejected')).toBe('abc')
    one.balancer.remove('y')
    expect(inState(one.balancer, 'ejected')).toHaveLength(1)
  })
})

describe('so many go bad at once that it could be us', () => {
  test('but the other cloud answers, so it is not', () => {
    const one = clouds('abc', 'xy')
    const told = listen(one)
    breakAll(one, 'abc')
    expect([inState(one.balancer, 'ejected'), told()]).toEqual(['ab', true])
    sendTo(one.balancer, 'x', succeeded)
    sendTo(one.balancer, 'c', refusedConnection)
    expect([inState(one.balancer, 'ejected'), told()]).toEqual(['abc', false])
  })

  test('and more than half of each cloud is bad, so it is', () => {
    const one = clouds('abc', 'xyz')
    const told = listen(one)
    breakAll(one, 'abxy')
    sendTo(one.balancer, 'z', succeeded)
    breakAll(one, 'c')
    expect(told()).toBe(true)
    expect(inState(one.balancer, 'healthy')).toContain('c')
  })

  test('but half of the other cloud answers, which does not keep its dead half in', () => {
    const one = clouds('ab', 'xy')
    breakAll(one, 'ab')
    breakAll(one, 'x')
    sendTo(one.balancer, 'y', succeeded)
    sendTo(one.balancer, 'x', refusedConnection)
    expect([inState(one.balancer, 'ejected'), inState(one.balancer, 'healthy')]).toEqual(['abx', 'y'])
  })

  test('but there is a cloud that nobody has tried: after a window, it is', () => {
    const servers = ['a', 'b', 'c'].map((id, priority) => serverNamed(id, { priority }))
    const one = fleet({ servers, random: () => 0.5 })
    breakAll(one, 'ab')
    expect(sequence(one.balancer, 1, { method: 'GET' })).toBe('b')
    breakAll(one, 'b', 4)
    expect(stateOf(one.balancer, 'b')).toBe('healthy')
    for (const ms of [15_000, 15_001]) {
      one.clock.advance(ms)
      for (const id of 'ab') sendTo(one.balancer, id, refusedConnection, 3)
    }
    expect(stateOf(one.balancer, 'b')).toBe('ejected')
    expect(tally(sequence(one.balancer, 9))['c']).toBeGreaterThanOrEqual(8)
  })

  test('and the servers that failed are given to the other cloud: they count there', () => {
    const one = clouds('abc', 'xyz')
    const told = listen(one)
    breakAll(one, 'abx')
    for (const id of 'ab') one.balancer.update(id, { priority: 1 })
    sendTo(one.balancer, 'z', succeeded)
    breakAll(one, 'c')
    expect(told()).toBe(true)
  })

  test('and what the other cloud answered is longer ago than the window', () => {
    const one = clouds('abcde', 'xyz')
    const told = listen(one)
    breakAll(one, 'a')
    sendTo(one.balancer, 'x', succeeded)
    one.clock.advance(30_001)
    breakAll(one, 'abcde', 6)
    expect(told()).toBe(true)
  })
})
