import { describe, expect, test } from 'vitest'
import type { ServerOptions } from '../../src/index.ts'
import { chiSquare, critical } from '../support/distribution.ts'
import { fleet, sendTo, sequence, serverNamed, tally } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { overloadedFor, refusedConnection } from '../support/outcomes.ts'

/* h…: here, in eu-1; e…: elsewhere. */
function twoZones(here: number, elsewhere: number, zone: string | undefined = 'eu-1', priority = 0): Fleet {
  const named = (letter: string, count: number, where: string) =>
    Array.from({ length: count }, (_, index) => serverNamed(`${letter}${index}`, { zone: where, priority }))
  const servers = [...named('h', here, 'eu-1'), ...named('e', elsewhere, 'eu-2')]
  const given = zone === undefined ? {} : { zone }
  return fleet({ servers, strategy: 'random', health: { maxEjected: 99, freezeShare: 1 }, ...given })
}

const inZone = (id: string, zone: string, priority = 0): ServerOptions => serverNamed(id, { zone, priority })

function out({ balancer }: Fleet, ...ids: readonly string[]): void {
  for (const id of ids) sendTo(balancer, id, refusedConnection, 3)
}

function hereAndElsewhere({ balancer }: Fleet, count = 4_000): number[] {
  const seen = tally(Array.from({ length: count }, () => balancer.pick().server.id.slice(0, 1)))
  return [seen['h'] ?? 0, seen['e'] ?? 0]
}

const fits = (seen: readonly number[], shares: readonly number[]): boolean =>
  chiSquare(seen, shares) < (critical[1] ?? 0)

describe('servers of the own zone', () => {
  test('get everything while they can carry it', () => {
    expect(hereAndElsewhere(twoZones(2, 6), 500)).toEqual([500, 0])
    const one = twoZones(4, 4)
    out(one, 'h0')
    expect(hereAndElsewhere(one, 500)).toEqual([500, 0])
  })

  test.each([
    [4, ['h0', 'h1'], [70, 30]],
    [3, ['h0', 'h1'], [46, 54]],
    [5, ['h0', 'h1', 'h2', 'h3'], [28, 72]],
  ])('of %d lose %j: the load is spread as %j', (here, lost, shares) => {
    const one = twoZones(here, 4)
    out(one, ...lost)
    expect(fits(hereAndElsewhere(one), shares)).toBe(true)
  })

  test('that are all out leave everything to the others', () => {
    const one = twoZones(2, 3)
    out(one, 'h0', 'h1')
    expect(hereAndElsewhere(one, 200)).toEqual([0, 200])
  })

  test('that are full or gated hand over to the others of their priority, before the next priority', () => {
    const servers = [
      serverNamed('h', { zone: 'eu-1', maxInFlight: 1 }),
      serverNamed('e', { zone: 'eu-2', maxInFlight: 1 }),
      serverNamed('p', { zone: 'eu-1', priority: 1 }),
    ]
    const { balancer } = fleet({ servers, zone: 'eu-1' })
    expect(Array.from({ length: 3 }, () => balancer.pick().server.id).join('')).toBe('hep')
    const other = twoZones(1, 1)
    sendTo(other.balancer, 'h0', overloadedFor(60_000))
    expect(hereAndElsewhere(other, 50)).toEqual([0, 50])
  })
})

describe('zones do not matter', () => {
  test('where the balancer has none', () => {
    expect(
      fits(
        hereAndElsewhere(fleet({ servers: [inZone('h', 'eu-1'), inZone('e', 'eu-2')], strategy: 'random' })),
        [1, 1],
      ),
    ).toBe(true)
  })

  test('where no server stands in its zone', () => {
    expect(hereAndElsewhere(twoZones(0, 3, 'us-1'), 100)).toEqual([0, 100])
    expect(fits(hereAndElsewhere(twoZones(2, 2, 'us-1')), [1, 1])).toBe(true)
  })
})

describe('zones and priorities', () => {
  test('the priority speaks first: elsewhere at 0 before here at 1', () => {
    const servers = [serverNamed('h', { zone: 'eu-1', priority: 1 }), serverNamed('e', { zone: 'eu-2' })]
    expect(hereAndElsewhere(fleet({ servers, zone: 'eu-1' }), 50)).toEqual([0, 50])
  })

  test('multiply: half of a level’s zone and half of a level', () => {
    const servers = [
      inZone('h0', 'eu-1', 0),
      inZone('h1', 'eu-1', 0),
      inZone('e0', 'eu-2', 0),
      inZone('e1', 'eu-2', 0),
      inZone('p0', 'eu-2', 1),
      inZone('p1', 'eu-2', 1),
    ]
    const health = { maxEjected: 99, freezeShare: 1 }
    const one = fleet({ servers, zone: 'eu-1', strategy: 'random', health })
    out(one, 'h0', 'e0')
    const seen = tally(Array.from({ length: 10_000 }, () => one.balancer.pick().server.id))
    const counts = ['h1', 'e1', 'p0', 'p1'].map((id) => seen[id] ?? 0)
    expect(chiSquare(counts, [49, 21, 15, 15])).toBeLessThan(critical[3] ?? 0)
  })

  test('can be updated at run time', () => {
    const one = twoZones(1, 1)
    one.balancer.update('h0', { zone: 'eu-3' })
    expect(fits(hereAndElsewhere(one), [1, 1])).toBe(true)
    one.balancer.update('e0', { zone: 'eu-1' })
    expect(hereAndElsewhere(one, 50)).toEqual([0, 50])
  })
})

describe('each group of servers', () => {
  test('keeps its own rotation while others flap', () => {
    const servers = ['a', 'b', 'c', 'x', 'y', 'z'].map((id) => inZone(id, id < 'x' ? 'eu-1' : 'eu-2'))
    const one = fleet({ servers, zone: 'eu-1', random: () => 0, health: { maxEjected: 9, freezeShare: 1 } })
    expect(sequence(one.balancer, 4)).toBe('abca')
    for (const id of 'abc') one.balancer.update(id, { priority: 1 })
    expect(sequence(one.balancer, 2)).toBe('xy')
    for (const id of 'abc') one.balancer.update(id, { priority: 0 })
    expect(sequence(one.balancer, 1)).toBe('b')
    for (const id of 'abc') one.balancer.update(id, { priority: 1 })
    expect(sequence(one.balancer, 2)).toBe('zx')
    for (const id of 'abc') one.balancer.update(id, { priority: 0 })
    expect(sequence(one.balancer, 3)).toBe('cab')
  })

  test('has its place in the turn also after one of its servers was out', () => {
    const one = fleet({ random: () => 0, health: { slowStartMs: 1 } })
    expect(sequence(one.balancer, 2)).toBe('ab')
    sendTo(one.balancer, 'a', refusedConnection, 3)
    expect(sequence(one.balancer, 3)).toBe('cbc')
    one.clock.advance(10_000)
    sendTo(one.balancer, 'a', { kind: 'succeeded', evidence: 'answered' }, 2)
    one.clock.advance(10_000)
    expect(sequence(one.balancer, 3)).toBe('abc')
  })
})
