import { describe, expect, test } from 'vitest'
import type { Lease, Outcome } from '../../src/index.ts'
import { eject, fleet, hold, knownOf, sendTo, stateOf } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { healthStory } from '../support/health-story.ts'
import { overloadedFor, refusedConnection, serverError, succeeded, unauthorized } from '../support/outcomes.ts'

/* Ways in which a request ends that was sent before the server's last ejection. */
const endings: readonly (readonly [string, (lease: Lease) => void])[] = [
  ...(
    [
      ['a success', succeeded],
      ['a failed connection', refusedConnection],
      ['a bad answer', serverError],
      ['an overload', overloadedFor(60_000)],
      ['a 401', unauthorized],
    ] as const satisfies readonly (readonly [string, Outcome])[]
  ).map(([name, outcome]) => [name, (lease: Lease) => lease.record(outcome)] as const),
  ['a cut', (lease) => lease.release('cut')],
  ['an end without outcome', (lease) => lease.release()],
]

const stories: Readonly<Record<string, (one: Fleet) => void>> = {
  ejected: () => undefined,
  probation: ({ clock, balancer }) => {
    clock.advance(10_000)
    stateOf(balancer, 'a')
  },
  healthy: ({ clock, balancer }) => {
    clock.advance(10_000)
    sendTo(balancer, 'a', succeeded, 2)
  },
}

function late(state: string): { readonly one: Fleet; readonly leases: readonly Lease[]; readonly told: string[] } {
  const { told, observer } = healthStory()
  const one = fleet({ random: () => 0.5, observer, health: { ejectOnUnauthorized: true } })
  const leases = hold(one.balancer, 'a', 8)
  eject(one, 'a')
  stories[state]?.(one)
  return { one, leases, told }
}

describe.each(Object.keys(stories))('what was sent before the last ejection, to a server that is now %s:', (state) => {
  test.each(endings)('%s changes nothing but the counters', (_, end) => {
    const { one, leases, told } = late(state)
    const before = { ...knownOf(one.balancer, 'a'), inFlight: 0, outcomes: {} }
    const changes = told.length
    for (const lease of leases) end(lease)
    expect({ ...knownOf(one.balancer, 'a'), inFlight: 0, outcomes: {} }).toEqual(before)
    expect(told).toHaveLength(changes)
    for (const lease of leases) lease.release()
    expect(knownOf(one.balancer, 'a').inFlight).toBe(0)
  })
})

describe('probation, while old requests still hang', () => {
  test('tries the server with one request at a time all the same', () => {
    const { one, leases } = late('probation')
    const probe = one.balancer.pick({ method: 'GET' })
    expect(probe.server.id).toBe('a')
    expect(Array.from({ length: 9 }, () => one.balancer.pick({ method: 'GET' }).server.id)).not.toContain('a')
    for (const lease of leases) lease.release()
    expect(one.balancer.pick({ method: 'GET' }).server.id).not.toBe('a')
    probe.record(succeeded)
    probe.release()
    expect(one.balancer.pick({ method: 'GET' }).server.id).toBe('a')
  })

  test('counts a request that was sent during the ejection as the one that is under way', () => {
    const one = fleet({ random: () => 0.5, panic: 'least-bad' })
    eject(one, 'a')
    const sentInNeed = one.balancer.pick({ method: 'GET', exclude: new Set(['b', 'c']) })
    one.clock.advance(10_000)
    expect(one.balancer.pick({ method: 'GET' }).server.id).not.toBe('a')
    sentInNeed.record(succeeded)
    sentInNeed.release()
    expect(one.balancer.pick({ method: 'GET' }).server.id).toBe('a')
  })

  test('counts what was sent during the ejection: it shows the server as it is now', () => {
    const one = fleet({ random: () => 0.5 })
    eject(one, 'a')
    const sentInNeed = hold(one.balancer, 'a', 2)
    for (const lease of sentInNeed) lease.record(refusedConnection)
    expect(knownOf(one.balancer, 'a').health).toMatchObject({ state: 'ejected', ejections: 1, remainingMs: 10_000 })
  })
})

test('a second ejection makes what was sent between the two old as well', () => {
  const one = fleet({ random: () => 0.5 })
  eject(one, 'a')
  one.clock.advance(10_000)
  const [probe] = hold(one.balancer, 'a', 1)
  one.balancer.reportCheck('a', false)
  expect(knownOf(one.balancer, 'a').health).toMatchObject({ state: 'ejected', ejections: 2 })
  one.clock.advance(20_000)
  sendTo(one.balancer, 'a', succeeded)
  probe?.record(succeeded)
  expect(stateOf(one.balancer, 'a')).toBe('probation')
  probe?.release('cut')
  expect(stateOf(one.balancer, 'a')).toBe('probation')
})
