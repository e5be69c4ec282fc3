import { describe, expect, test } from 'vitest'
import { eject, fleet, lettered, send, sequence, serverNamed, tally } from '../support/fleet.ts'

/* `random` fixes where the turn starts. */
const from = (share: number) => fleet({ strategy: 'round-robin', servers: lettered(1, 1, 1, 1), random: () => share })

describe('round-robin', () => {
  test.each([
    [0, 'abcdabcd'],
    [0.25, 'bcdabcda'],
    [0.999, 'dabcdabc'],
  ])('begins at floor(random × servers): %d', (share, expected) => {
    expect(sequence(from(share).balancer, 8)).toBe(expected)
  })

  test('goes on behind the last server when one joins', () => {
    const { balancer } = from(0)
    sequence(balancer, 2)
    balancer.add(serverNamed('e'))
    expect(sequence(balancer, 6)).toBe('cdeabc')
  })

  test.each([
    ['a', 'cdbcdb'],
    ['b', 'cdacda'],
    ['c', 'dabdab'],
  ])('goes on with the next one that is left when %s leaves', (id, expected) => {
    const { balancer } = from(0)
    sequence(balancer, 2)
    balancer.remove(id)
    expect(sequence(balancer, 6)).toBe(expected)
  })

  test('goes on when the order of the list changes', () => {
    const { balancer } = from(0)
    sequence(balancer, 2)
    balancer.replace([...lettered(1, 1, 1, 1)].toReversed())
    expect(sequence(balancer, 4)).toBe('adcb')
  })

  test('goes on when a server is ejected', () => {
    const four = from(0)
    eject(four, 'b')
    const first = send(four.balancer)
    expect(`cdacda`.repeat(2)).toContain(first + sequence(four.balancer, 5))
  })

  test('starts at random again when no server of the old list is left, instead of at the first', () => {
    const { balancer } = from(0.5)
    sequence(balancer, 3)
    balancer.replace(['w', 'x', 'y', 'z'].map((id) => serverNamed(id)))
    expect(sequence(balancer, 4)).toBe('yzwx')
  })

  test('shares the turns of a full server among the others, and moves nobody else’s', () => {
    const servers = [serverNamed('a', { maxInFlight: 1 }), serverNamed('b'), serverNamed('c')]
    const { balancer } = fleet({ strategy: 'round-robin', servers, random: () => 0 })
    const held = balancer.pick()
    expect(held.server.id).toBe('a')
    expect(tally(sequence(balancer, 102))).toEqual({ b: 51, c: 51 })
    held.release()
    expect(tally(sequence(balancer, 99))).toEqual({ a: 33, b: 33, c: 33 })
  })

  test('lets the retries of one server take turns', () => {
    const { balancer } = from(0)
    const retries = sequence(balancer, 9, { exclude: new Set(['b']) })
    expect(tally(retries)).toEqual({ a: 3, c: 3, d: 3 })
  })
})
