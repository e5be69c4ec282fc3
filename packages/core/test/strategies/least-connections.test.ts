import { describe, expect, test } from 'vitest'
import { strategies } from '../../src/index.ts'
import { candidates, context } from '../support/candidates.ts'
import type { CandidateOptions } from '../support/candidates.ts'
import { fleet, lettered, send, serverNamed, tally } from '../support/fleet.ts'
import { seededRandom } from '../support/seeded-random.ts'

const pick = (...options: CandidateOptions[]): string =>
  strategies['least-connections']().pick(candidates(...options), context(seededRandom(1))).server.id

describe('least-connections', () => {
  test.each([
    ['the fewest in flight', [{ inFlight: 3 }, { inFlight: 1 }, { inFlight: 2 }], 'b'],
    ['by weight', [{ inFlight: 3, weight: 5 }, { inFlight: 1 }, { inFlight: 2 }], 'a'],
    [
      'with the next request counted',
      [
        { inFlight: 0, weight: 1 },
        { inFlight: 0, weight: 2 },
      ],
      'b',
    ],
    [
      'the least recently picked when it is a tie by weight',
      [{ lastPick: 2 }, { inFlight: 2, weight: 3, lastPick: 1 }],
      'b',
    ],
    ['the least recently picked of equals', [{ lastPick: 9 }, { lastPick: 4 }, { lastPick: 7 }], 'b'],
    ['one that was never picked before all equals', [{ lastPick: 9 }, { lastPick: 4 }, { lastPick: 0 }], 'c'],
    ['the fewest in flight before the least recently picked', [{ inFlight: 1, lastPick: 1 }, { lastPick: 9 }], 'b'],
  ])('takes %s', (_, options, expected) => {
    expect(pick(...options)).toBe(expected)
  })

  test('compares all of a hundred servers, and not a sample', () => {
    const servers = Array.from({ length: 100 }, (_, index) => serverNamed(`s${index}`))
    const { balancer } = fleet({ strategy: 'least-connections', servers })
    const held = Array.from({ length: 300 }, () => balancer.pick())
    expect(new Set(Object.values(tally(held.map((lease) => lease.server.id))))).toEqual(new Set([3]))
    held[137]?.release()
    expect(send(balancer)).toBe(held[137]?.server.id)
  })

  test('avoids a server that hangs', () => {
    const { balancer } = fleet({ strategy: 'least-connections', servers: lettered(1, 1) })
    const first = balancer.pick()
    const others = Array.from({ length: 20 }, () => send(balancer))
    expect(others).not.toContain(first.server.id)
  })
})
