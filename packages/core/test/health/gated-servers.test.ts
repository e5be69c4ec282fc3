import { describe, expect, test } from 'vitest'
import {
  byRateOnly,
  fleet,
  hold,
  inState,
  knownOf,
  lettered,
  send,
  sendTo,
  sequence,
  stateOf,
} from '../support/fleet.ts'
import { overloaded, overloadedFor, succeeded } from '../support/outcomes.ts'
import { present } from '../support/present.ts'
import { answer, scripted } from '../support/scripted-call.ts'

describe('a server that answers 503', () => {
  test('is left alone until the time that it named, and not a moment longer', () => {
    const { balancer, clock } = fleet({ servers: lettered(1, 1) })
    sendTo(balancer, 'a', overloadedFor(4_000))
    expect(sequence(balancer, 6)).toBe('bbbbbb')
    clock.advance(3_999)
    expect([sequence(balancer, 6), knownOf(balancer, 'a').gateRemainingMs]).toEqual(['bbbbbb', 1])
    clock.advance(1)
    expect(sequence(balancer, 6)).toContain('a')
    expect(knownOf(balancer, 'a')).not.toHaveProperty('gateRemainingMs')
  })

  test.each([
    ['7', 7_000],
    ['0', undefined],
    ['-7', 1_000],
    ['soon', 1_000],
    ['NaN', 1_000],
    ['31536000', 300_000],
    [undefined, 1_000],
  ])('with Retry-After: %s is gated for %s ms', async (value, expectedMs) => {
    const { balancer } = fleet({ servers: lettered(1, 1) })
    const headers = new Headers(value === undefined ? {} : { 'retry-after': value })
    const call = scripted([answer(503, { headers })])
    await balancer.run(call)
    expect(knownOf(balancer, call.tried.join('')).gateRemainingMs).toBe(expectedMs)
  })

  test.each([0, 5])('says so once, however many requests it answers like that after %d ms', (betweenMs) => {
    const { balancer, clock } = fleet({ servers: lettered(1, 1) })
    const leases = hold(balancer, 'a', 10)
    clock.advance(betweenMs)
    for (const lease of leases) lease.record(overloaded)
    expect(knownOf(balancer, 'a').gateRemainingMs).toBe(1_000)
    clock.advance(400)
    for (const lease of leases) lease.release()
    expect(knownOf(balancer, 'a').gateRemainingMs).toBe(600)
  })

  test('is asked again at longer and longer intervals, and from 1 s on after a success', () => {
    const { balancer, clock } = fleet({ servers: lettered(1, 1) })
    const next = (): number | undefined => {
      clock.advance(30_000)
      const [lease] = hold(balancer, 'a', 1)
      clock.advance(5)
      lease?.record(overloaded)
      lease?.release()
      return knownOf(balancer, 'a').gateRemainingMs
    }
    expect([next(), next(), next(), next(), next(), next()]).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000])
    clock.advance(30_000)
    sendTo(balancer, 'a', succeeded)
    expect(next()).toBe(1_000)
  })

  test('is not ejected for it, however often, while nobody does better', () => {
    const { balancer } = fleet({ servers: lettered(1, 1) })
    for (const lease of hold(balancer, 'a', 50)) {
      lease.record(overloaded)
      lease.release()
    }
    expect(stateOf(balancer, 'a')).toBe('healthy')
  })

  test('keeps its failures in a row: a 503 is neither one more nor a success', () => {
    const { balancer } = fleet()
    const leases = hold(balancer, 'a', 12)
    const kinds = ['unknown', 'unknown', 'overloaded', 'overloaded', 'unknown', 'unknown', 'overloaded'] as const
    for (const kind of kinds) {
      const status = kind === 'overloaded' ? 503 : 500
      leases.pop()?.record({ kind, evidence: 'answered', status })
    }
    expect(stateOf(balancer, 'a')).toBe('healthy')
    leases.pop()?.record({ kind: 'unknown', evidence: 'answered', status: 500 })
    expect(stateOf(balancer, 'a')).toBe('ejected')
  })

  test('fails in the window: with half of its answers it stands out', () => {
    const { balancer } = fleet({ health: byRateOnly })
    for (const id of ['b', 'c']) sendTo(balancer, id, succeeded, 50)
    const leases = hold(balancer, 'a', 20)
    for (const [index, lease] of leases.entries()) lease.record(index % 2 === 0 ? succeeded : overloaded)
    expect(inState(balancer, 'ejected')).toBe('a')
  })

  test('begins its probation again', () => {
    const one = fleet()
    sendTo(one.balancer, 'a', { kind: 'unknown', evidence: 'answered', status: 500 }, 5)
    one.clock.advance(12_000)
    sendTo(one.balancer, 'a', succeeded)
    sendTo(one.balancer, 'a', overloadedFor(1_000))
    one.clock.advance(1_000)
    sendTo(one.balancer, 'a', succeeded)
    expect(stateOf(one.balancer, 'a')).toBe('probation')
    sendTo(one.balancer, 'a', succeeded)
    expect(stateOf(one.balancer, 'a')).toBe('healthy')
  })

  test('takes nobody’s place in the list of candidates', () => {
    const lists = new Set<unknown>()
    const { balancer, clock } = fleet({
      strategy: { pick: (list) => (lists.add(list), present(list[0])) },
    })
    sendTo(balancer, 'a', overloadedFor(4_000))
    const before = lists.size
    send(balancer)
    clock.advance(4_000)
    const whole = [...lists].filter((list) => (list as readonly unknown[]).length === 3)
    send(balancer)
    expect([...lists].filter((list) => (list as readonly unknown[]).length === 3)).toEqual(whole)
    expect(lists.size).toBeGreaterThan(before)
  })
})

test('when all servers ask to be left alone nobody is asked, and the error says until when', () => {
  const { balancer, clock } = fleet({ servers: lettered(1, 1), panic: 'all' })
  sendTo(balancer, 'a', overloadedFor(9_000))
  sendTo(balancer, 'b', overloadedFor(5_000))
  expect(() => balancer.pick({ method: 'GET' })).toThrow(/none of 2 servers can be picked: 2 told us to wait/u)
  expect(() => balancer.pick()).toThrow(expect.objectContaining({ retryAfterMs: 5_000 }))
  clock.advance(5_000)
  expect(sequence(balancer, 3)).toBe('bbb')
})

test.each([
  [undefined, 5_000],
  [Number.NaN, 5_000],
  [-1, 5_000],
  [4_000, 5_000],
  [60_000, 60_000],
  [31_536_000_000, 300_000],
])('a 503 with a wait of %s ms counts as a response time of %d ms', (retryAfterMs, expectedMs) => {
  const { balancer } = fleet()
  const outcome = retryAfterMs === undefined ? overloaded : overloadedFor(retryAfterMs)
  sendTo(balancer, 'a', outcome)
  expect(knownOf(balancer, 'a').responseTimeMs).toBe(expectedMs)
})
