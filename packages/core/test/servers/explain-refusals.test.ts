import { describe, expect, test } from 'vitest'
import type { NotPickedReason, PickExplanation } from '../../src/index.ts'
import { eject, fleet, lettered, sendTo, serverNamed } from '../support/fleet.ts'
import type { Fleet, FleetOptions } from '../support/fleet.ts'
import { overloadedFor } from '../support/outcomes.ts'
import { present } from '../support/present.ts'

const idsOf = ({ candidates }: PickExplanation): string => candidates.map(({ server }) => server).join('')

/** A server called x that is not picked, beside one that is. */
function withX(options: FleetOptions, happen: (one: Fleet) => void): Fleet {
  const one = fleet({ random: () => 0.5, servers: [...lettered(1, 1), serverNamed('x')], ...options })
  happen(one)
  return one
}

const stories: Readonly<Record<NotPickedReason, readonly [number | undefined, () => Fleet]>> = {
  draining: [undefined, () => withX({}, ({ balancer }) => void balancer.drain('x'))],
  ejected: [10_000, () => withX({}, (one) => eject(one, 'x'))],
  'on-probation': [
    undefined,
    () =>
      withX({}, (one) => {
        eject(one, 'x')
        one.clock.advance(10_000)
      }),
  ],
  overloaded: [7_000, () => withX({}, ({ balancer }) => sendTo(balancer, 'x', overloadedFor(7_000)))],
  full: [
    undefined,
    () =>
      withX({}, ({ balancer }) => {
        balancer.update('x', { maxInFlight: 1 })
        balancer.pick({ exclude: new Set(['a', 'b']) })
      }),
  ],
  excluded: [undefined, () => withX({}, () => undefined)],
  'weight-0': [undefined, () => withX({}, ({ balancer }) => balancer.update('x', { weight: 0 }))],
  'priority-not-needed': [undefined, () => withX({}, ({ balancer }) => balancer.update('x', { priority: 3 }))],
}

describe('explain says why a server is not picked', () => {
  test.each(Object.entries(stories))('%s', (reason, [remainingMs, make]) => {
    const { balancer } = make()
    const request = reason === 'excluded' ? { exclude: new Set(['x']) } : {}
    const explained = balancer.explain(request)
    expect(explained.others).toEqual([{ server: 'x', reason, ...(remainingMs === undefined ? {} : { remainingMs }) }])
    expect(idsOf(explained)).toBe('ab')
  })

  test('and for how much longer', () => {
    const one = present(stories.ejected)[1]()
    one.clock.advance(2_500)
    expect(one.balancer.explain().others).toEqual([{ server: 'x', reason: 'ejected', remainingMs: 7_500 }])
    const other = present(stories.overloaded)[1]()
    other.clock.advance(2_500)
    expect(other.balancer.explain().others).toEqual([{ server: 'x', reason: 'overloaded', remainingMs: 4_500 }])
    other.clock.advance(4_500)
    expect(idsOf(other.balancer.explain())).toBe('abx')
  })
})
