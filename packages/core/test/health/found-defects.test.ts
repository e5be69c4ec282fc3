import { expect, test } from 'vitest'
import { eject, fleet, inState, lettered, serverNamed } from '../support/fleet.ts'

test('a pool that shrinks takes back those that are too many, not one of weight 0 that is none of them', () => {
  const servers = [...lettered(1, 1, 1, 1), serverNamed('s', { weight: 0 })]
  const one = fleet({ servers, random: () => 0.5, health: { freezeShare: 1 } })
  eject(one, 's')
  one.clock.advance(31_000)
  for (const id of ['a', 'b']) eject(one, id)
  one.balancer.remove('d')
  expect([inState(one.balancer, 'ejected'), inState(one.balancer, 'probation')]).toEqual(['b', 's'])
})
