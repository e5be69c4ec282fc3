import { describe, expect, test } from 'vitest'
import type { Pick, PickRequest } from '../../src/index.ts'
import { eject, fleet, lettered, send, sendTo } from '../support/fleet.ts'
import type { Fleet, FleetOptions } from '../support/fleet.ts'
import { overloadedFor, succeeded } from '../support/outcomes.ts'

/* Of five servers a and b are ejected, b first; the other three are draining. */
function nobodyLeft(options: FleetOptions = {}): Fleet & { readonly picks: Pick[] } {
  const picks: Pick[] = []
  const one = fleet({ servers: lettered(1, 1, 1, 1, 1), random: () => 0.5, ...options })
  eject(one, 'b')
  one.clock.advance(2_000)
  eject(one, 'a')
  one.balancer.observe({ onPick: (pick) => picks.push(pick) })
  return { ...one, picks }
}

const othersTried = new Set(['c', 'd', 'e'])
const requests: Readonly<Record<string, PickRequest>> = {
  safe: { method: 'GET', exclude: othersTried },
  marked: { method: 'POST', idempotent: true, exclude: othersTried },
  keyed: { method: 'POST', key: 'order-17', exclude: othersTried },
  bare: { method: 'POST', exclude: othersTried },
  unnamed: { exclude: othersTried },
}

function pickedBy(one: Fleet, request: PickRequest | undefined): string {
  try {
    return send(one.balancer, request)
  } catch (error) {
    return (error as Error).message
  }
}

const refused = 'none of 5 servers can be picked: 2 ejected, 3 tried already'

describe('when only ejected servers are left', () => {
  test.each([
    [undefined, 'safe', 'b'],
    [undefined, 'marked', 'b'],
    [undefined, 'keyed', 'b'],
    [undefined, 'bare', refused],
    [undefined, 'unnamed', refused],
    ['fail', 'safe', refused],
    ['fail', 'keyed', refused],
    ['fail', 'bare', refused],
    ['least-bad', 'safe', 'b'],
    ['least-bad', 'keyed', 'b'],
    ['least-bad', 'bare', 'b'],
  ] as const)('panic %s: a %s request gets %s', (panic, name, expected) => {
    const one = nobodyLeft(panic === undefined ? {} : { panic })
    expect(pickedBy(one, requests[name])).toBe(expected)
    expect(one.picks.map(({ reason, server }) => [reason, server.id])).toEqual(expected === 'b' ? [['panic', 'b']] : [])
  })

  test.each(['safe', 'bare'])('panic all: %s requests are spread over all that are out', (name) => {
    const one = nobodyLeft({ panic: 'all' })
    const picked = Array.from({ length: 20 }, () => pickedBy(one, requests[name]))
      .toSorted()
      .join('')
    expect(picked).toBe('a'.repeat(10) + 'b'.repeat(10))
    expect(new Set(one.picks.map(({ reason }) => reason))).toEqual(new Set(['panic']))
  })

  test.each([
    ['least-bad', 'a'],
    ['all', 'a'],
  ] as const)(
    'panic %s leaves out one that is tried already, and one that wants to be left alone',
    (panic, expected) => {
      const tried = nobodyLeft({ panic })
      const exclude = new Set([...othersTried, 'b'])
      expect(pickedBy(tried, { method: 'GET', exclude })).toBe(expected)
      const gated = nobodyLeft({ panic })
      sendTo(gated.balancer, 'b', overloadedFor(60_000))
      expect(pickedBy(gated, requests['safe'])).toBe(expected)
    },
  )

  test('the error says when the first of them returns', () => {
    const one = nobodyLeft({ panic: 'fail' })
    expect(() => one.balancer.pick(requests['safe'])).toThrow(expect.objectContaining({ retryAfterMs: 8_000 }))
    one.clock.advance(7_900)
    expect(() => one.balancer.pick(requests['safe'])).toThrow(expect.objectContaining({ retryAfterMs: 1_000 }))
  })
})

function onProbation(options: FleetOptions = {}): ReturnType<typeof nobodyLeft> {
  const one = nobodyLeft(options)
  one.clock.advance(10_000)
  return one
}

describe('when only servers on probation are left', () => {
  test.each(['safe', 'keyed', 'bare'])('a %s request is tried with each that is idle, whatever the policy', (name) => {
    const one = onProbation({ panic: 'fail' })
    const [first, second] = [one.balancer.pick(requests[name]), one.balancer.pick(requests[name])]
    expect([first.server.id, second.server.id].toSorted()).toEqual(['a', 'b'])
    expect(pickedBy(one, requests[name])).toBe('none of 5 servers can be picked: 2 on probation, 3 tried already')
    first.record(succeeded)
    first.release()
    expect(pickedBy(one, requests[name])).toBe(first.server.id)
    expect(one.picks.map(({ reason }) => reason)).toEqual(['probation', 'probation', 'probation'])
  })

  test('the policy speaks when each has its one request', () => {
    const one = onProbation({ panic: 'least-bad' })
    const leases = Array.from({ length: 4 }, () => one.balancer.pick(requests['bare']))
    expect(one.picks.map(({ reason }) => reason)).toEqual(['probation', 'probation', 'panic', 'panic'])
    expect(new Set(leases.map(({ server }) => server.id))).toEqual(new Set(['a', 'b']))
  })
})

test('the reason of every pick: the strategy, a probation, or nothing better', () => {
  const one = nobodyLeft()
  send(one.balancer, { method: 'GET' })
  send(one.balancer, requests['safe'])
  one.clock.advance(10_000)
  send(one.balancer, { method: 'GET' })
  expect(one.picks.map(({ reason, isRetry }) => [reason, isRetry])).toEqual([
    ['strategy', false],
    ['panic', true],
    ['probation', false],
  ])
})
