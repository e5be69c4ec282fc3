import { describe, expect, test } from 'vitest'
import type { Strategy } from '../../src/index.ts'
import { eject, fleet, lettered, sendTo, sequence, serverNamed } from '../support/fleet.ts'
import { overloadedFor, refusedConnection, succeeded } from '../support/outcomes.ts'
import { present } from '../support/present.ts'

/** The one with the most requests per weight; the wrong one, so that a figure is recognised. */
const busiest: Strategy = {
  name: 'busiest',
  figure: 'requests in flight per weight; the greatest wins',
  figuresOf: (candidates) => candidates.map(({ inFlight, weight }) => inFlight / weight),
  pick: (candidates) => present(candidates.toSorted((one, other) => other.inFlight - one.inFlight)[0]),
}

describe('explain', () => {
  test('says who could be picked, with what the strategy goes by', () => {
    const servers = [serverNamed('a', { weight: 2 }), serverNamed('b', { zone: 'eu-2' })]
    const { balancer } = fleet({ strategy: busiest, servers, zone: 'eu-1' })
    for (let held = 0; held < 3; held += 1) balancer.pick({ exclude: new Set(['b']) })
    expect(balancer.explain()).toEqual({
      strategy: 'busiest',
      figure: 'requests in flight per weight; the greatest wins',
      candidates: [
        { server: 'a', priority: 0, weight: 2, inFlight: 3, figure: 1.5, groupShare: 1 },
        { server: 'b', priority: 0, zone: 'eu-2', weight: 1, inFlight: 0, figure: 0, groupShare: 1 },
      ],
      others: [],
    })
  })

  test('names no figure where the strategy has none', () => {
    const { balancer } = fleet({ strategy: { pick: (list) => present(list[0]) } })
    const explained = balancer.explain()
    expect(explained).not.toHaveProperty('figure')
    expect(explained.candidates).toEqual(
      ['a', 'b', 'c'].map((server) => ({ server, priority: 0, weight: 1, inFlight: 0, groupShare: 1 })),
    )
  })

  test('shows the weight of slow start, and the shares of the groups', () => {
    const priorities = [0, 0, 0, 0, 1]
    const servers = priorities.map((priority, index) => serverNamed('abcde'.charAt(index), { priority, weight: 2 }))
    const one = fleet({ strategy: busiest, servers, health: { maxEjected: 9, freezeShare: 1 } })
    one.balancer.add(serverNamed('f', { priority: 1, weight: 4 }))
    one.clock.advance(15_000)
    for (const id of ['a', 'b']) eject(one, id)
    const { candidates, others } = one.balancer.explain()
    expect(candidates.map(({ server, weight, groupShare }) => [server, weight, groupShare])).toEqual([
      ['c', 2, 0.7],
      ['d', 2, 0.7],
      ['e', 2, expect.closeTo(0.3, 9)],
      ['f', 2, expect.closeTo(0.3, 9)],
    ])
    expect(others.map(({ server }) => server)).toEqual(['a', 'b'])
  })

  test('gives figures to the strategy of each group by its own list', () => {
    const servers = ['a', 'b', 'c', 'd'].map((id, priority) => serverNamed(id, { priority: priority >> 1 }))
    const one = fleet({ strategy: busiest, servers, health: { maxEjected: 9, freezeShare: 1 } })
    eject(one, 'a')
    const held = one.balancer.pick({ exclude: new Set(['b', 'c']) })
    expect(held.server.id).toBe('d')
    const figures = one.balancer.explain().candidates.map(({ server, figure }) => [server, figure])
    expect(figures).toEqual([
      ['b', 0],
      ['c', 0],
      ['d', 1],
    ])
  })

  test('shows servers of weight 0 when only they are left', () => {
    const { balancer } = fleet({ servers: [...lettered(1), serverNamed('s', { weight: 0 })] })
    expect(balancer.explain({ exclude: new Set(['a']) })).toMatchObject({
      candidates: [{ server: 's', weight: 1, groupShare: 1 }],
      others: [{ server: 'a', reason: 'excluded' }],
    })
  })
})

describe('explain changes nothing', () => {
  test.each(['round-robin', 'weighted-round-robin', 'least-connections', 'least-response-time', 'load-based'] as const)(
    'not the turn, not a counter, with %s',
    (strategy) => {
      const [asked, left] = [
        fleet({ strategy, servers: lettered(3, 2, 1) }),
        fleet({ strategy, servers: lettered(3, 2, 1) }),
      ]
      for (let turn = 0; turn < 30; turn += 1) {
        asked.balancer.explain()
        asked.balancer.explain({ exclude: new Set(['a']) })
        const outcome = turn % 7 === 0 ? refusedConnection : succeeded
        for (const { balancer } of [asked, left]) {
          const lease = balancer.pick()
          lease.record(outcome)
          lease.release()
        }
      }
      expect(asked.balancer.snapshot()).toEqual(left.balancer.snapshot())
      expect(sequence(asked.balancer, 6)).toBe(sequence(left.balancer, 6))
    },
  )

  test('not even the list of candidates', () => {
    const lists = new Set<unknown>()
    const { balancer } = fleet({ strategy: { pick: (list) => (lists.add(list), present(list[0])) } })
    for (let turn = 0; turn < 5; turn += 1) {
      balancer.explain()
      balancer.pick().release()
    }
    expect(lists.size).toBe(1)
  })
})

describe('explain, when groups have nobody to give,', () => {
  test('names the servers to which a full priority hands its share', () => {
    const { balancer } = fleet({ servers: [serverNamed('a', { maxInFlight: 1 }), serverNamed('b', { priority: 1 })] })
    balancer.pick()
    const { candidates, others } = balancer.explain()
    expect(balancer.pick().server.id).toBe('b')
    expect(candidates).toMatchObject([{ server: 'b', groupShare: 1 }])
    expect(others).toEqual([{ server: 'a', reason: 'full' }])
  })

  test('shares their load out as a pick does: to the first that has somebody', () => {
    const servers = ['a', 'b', 'c', 'd'].map((id, index) => serverNamed(id, { priority: Math.max(0, index - 1) }))
    const one = fleet({ servers, health: { maxEjected: 9, freezeShare: 1 } })
    eject(one, 'a')
    sendTo(one.balancer, 'c', overloadedFor(60_000))
    const { candidates } = one.balancer.explain()
    expect(candidates.map(({ server, groupShare }) => [server, groupShare])).toEqual([['b', expect.closeTo(1, 9)]])
    const retry = one.balancer.explain({ exclude: new Set(['b']) })
    expect(retry.candidates.map(({ server, groupShare }) => [server, groupShare])).toEqual([
      ['d', expect.closeTo(1, 9)],
    ])
  })
})

const throwing = (): never => {
  throw new Error('these figures always throw')
}

test('explain goes without figures when the strategy cannot give them', () => {
  const { balancer } = fleet({ strategy: { pick: (list) => present(list[0]), figuresOf: throwing } })
  expect(balancer.explain().candidates).toHaveLength(3)
})
