import { describe, expect, test } from 'vitest'
import { fleet, inState, lettered, sendTo, sequence, tally } from '../support/fleet.ts'
import type { Fleet, FleetOptions } from '../support/fleet.ts'
import { healthStory } from '../support/health-story.ts'
import { localFailure, overloaded, refusedConnection, succeeded } from '../support/outcomes.ts'

/* Limits out of the way, so that only the freeze protects anybody. */
function five(options: FleetOptions = {}): Fleet & { readonly told: string[] } {
  const { told, observer } = healthStory()
  const one = fleet({ servers: lettered(1, 1, 1, 1, 1), health: { maxEjected: 4 }, random: () => 0.5, ...options })
  one.balancer.observe(observer)
  return { ...one, told }
}

function breakAll({ balancer }: Fleet, ids: string, times = 3): void {
  for (const id of ids) sendTo(balancer, id, refusedConnection, times)
}

describe('when more than half of the servers go bad within one window', () => {
  test('nobody is ejected any more, the pool is degraded, and it is told once', () => {
    const one = five()
    breakAll(one, 'abcd', 20)
    expect(inState(one.balancer, 'ejected')).toBe('ab')
    expect(one.told).toEqual(['a healthy → ejected', 'b healthy → ejected', 'frozen'])
    expect(one.balancer.snapshot().degraded).toBe(true)
    expect(tally(sequence(one.balancer, 30))).toEqual({ c: 10, d: 10, e: 10 })
  })

  test('it does not matter that the others had gone bad at another time', () => {
    const one = five()
    breakAll(one, 'ab')
    one.clock.advance(30_001)
    breakAll(one, 'cd')
    expect(one.told).not.toContain('frozen')
    expect(inState(one.balancer, 'ejected')).toBe('cd')
  })

  test('ejections begin again when enough of them answer', () => {
    const one = five()
    breakAll(one, 'abc')
    expect(one.told.at(-1)).toBe('frozen')
    one.clock.advance(10_000)
    for (const id of 'ab') sendTo(one.balancer, id, succeeded, 2)
    breakAll(one, 'd')
    expect(inState(one.balancer, 'ejected')).toBe('d')
    expect(one.told.filter((word) => word.endsWith('frozen'))).toEqual(['frozen', 'unfrozen'])
  })

  test('ejections begin again when the window is over', () => {
    const one = five({ health: { maxEjected: 4, ejectionMs: 300_000 } })
    breakAll(one, 'abc')
    expect(inState(one.balancer, 'ejected')).toBe('ab')
    one.clock.advance(30_001)
    breakAll(one, 'c', 1)
    expect(inState(one.balancer, 'ejected')).toBe('abc')
    expect(one.told.filter((word) => word.endsWith('frozen'))).toEqual(['frozen', 'unfrozen'])
  })

  test('a server on probation stays there when it fails', () => {
    const one = five()
    breakAll(one, 'ab')
    one.clock.advance(10_000)
    breakAll(one, 'c')
    breakAll(one, 'a', 5)
    expect([inState(one.balancer, 'probation'), inState(one.balancer, 'ejected')]).toEqual(['ab', ''])
  })

  test.each([
    [{ freezeShare: 0.2 }, 'a'],
    [{ freezeShare: 0.5 }, 'ab'],
    [{ freezeShare: 0.6 }, 'abc'],
    [{ freezeShare: 1 }, 'abcd'],
  ])('with %j: out are %s', (share, expected) => {
    const one = five({ health: { maxEjected: 4, ...share } })
    breakAll(one, 'abcde')
    expect(inState(one.balancer, 'ejected')).toBe(expected)
  })

  test('one of two alone is not enough, both are', () => {
    const one = five({ servers: lettered(1, 1), health: {} })
    breakAll(one, 'a')
    expect(one.told).toEqual(['a healthy → ejected'])
    breakAll(one, 'b')
    expect(one.told).toEqual(['a healthy → ejected', 'frozen'])
  })

  test('a server that leaves is no longer counted', () => {
    const one = five()
    breakAll(one, 'ab')
    for (const id of 'ab') one.balancer.remove(id)
    breakAll(one, 'c')
    expect([inState(one.balancer, 'ejected'), one.told.includes('frozen')]).toEqual(['c', false])
  })

  test('failed checks count, and are held off too', () => {
    const one = five()
    for (const id of 'abcde') one.balancer.reportCheck(id, false)
    expect(inState(one.balancer, 'ejected')).toBe('ab')
    expect(one.told).toEqual(['a healthy → ejected', 'b healthy → ejected', 'frozen'])
  })

  test('overloads and errors that do not suffice for an ejection do not count', () => {
    const one = five()
    for (const id of 'bcde') {
      sendTo(one.balancer, id, refusedConnection, 2)
      sendTo(one.balancer, id, overloaded)
    }
    breakAll(one, 'a')
    expect(one.told).toEqual(['a healthy → ejected'])
  })
})

describe('an error of this machine', () => {
  test.each([
    ['EMFILE', true],
    ['ENETUNREACH', true],
    ['EADDRNOTAVAIL', true],
    ['ENFILE', true],
    ['EACCES', true],
    [undefined, true],
    ['ECONNRESET', false],
    ['ERR_INVALID_ARG', false],
  ])('with the code %s freezes ejections: %s', (code, expected) => {
    const one = five()
    sendTo(one.balancer, 'a', localFailure(code))
    expect(one.told).toEqual(expected ? ['frozen'] : [])
    breakAll(one, 'b')
    expect(inState(one.balancer, 'ejected')).toBe(expected ? '' : 'b')
  })

  test('is recognised as the cause of another one', () => {
    const one = five()
    const cause = Object.assign(new Error('no sockets'), { code: 'EMFILE' })
    sendTo(one.balancer, 'a', { ...localFailure(), error: new Error('fetch failed', { cause }) })
    expect(one.told).toEqual(['frozen'])
  })

  test('holds ejections off for 3 s, and is told once however often it comes', () => {
    const one = five()
    for (let again = 0; again < 20; again += 1) {
      sendTo(one.balancer, 'a', localFailure('EMFILE'))
      one.clock.advance(100)
    }
    expect([one.told, one.balancer.snapshot().degraded]).toEqual([['frozen'], true])
    one.clock.advance(2_899)
    breakAll(one, 'b', 3)
    expect(inState(one.balancer, 'ejected')).toBe('')
    one.clock.advance(1)
    breakAll(one, 'b', 1)
    expect(one.told).toEqual(['frozen', 'unfrozen', 'b healthy → ejected'])
  })

  test('leaves a pool whose servers are all well degraded no longer than that', () => {
    const one = five()
    sendTo(one.balancer, 'a', localFailure('EMFILE'))
    one.clock.advance(3_000)
    expect([one.balancer.snapshot().degraded, one.told]).toEqual([false, ['frozen', 'unfrozen']])
  })

  test('that is over is told when the next request ends, not only when somebody looks', () => {
    const one = five()
    sendTo(one.balancer, 'a', localFailure('EMFILE'))
    one.clock.advance(3_000)
    expect(one.told).toEqual(['frozen'])
    sendTo(one.balancer, 'a', succeeded)
    expect(one.told).toEqual(['frozen', 'unfrozen'])
  })
})
