import { describe, expect, test } from 'vitest'
import { eject, fleet, hold, knownOf, send, sendTo, sequence, serverNamed, stateOf, tally } from '../support/fleet.ts'
import type { Fleet, FleetOptions } from '../support/fleet.ts'
import { localFailure, overloadedFor, refusedConnection, serverError, succeeded } from '../support/outcomes.ts'
import { scripted, answer, reset } from '../support/scripted-call.ts'

const hourMs = 3_600_000

/* On a clock that has room to go back. */
function late(options: FleetOptions = {}): Fleet {
  const one = fleet(options)
  one.clock.advance(10 * hourMs)
  return one
}

describe('while the clock is behind', () => {
  test('failures still eject, and successes still forgive', () => {
    const one = late()
    send(one.balancer)
    one.clock.advance(-hourMs)
    sendTo(one.balancer, 'a', refusedConnection, 2)
    sendTo(one.balancer, 'a', succeeded)
    sendTo(one.balancer, 'a', refusedConnection, 2)
    expect(stateOf(one.balancer, 'a')).toBe('healthy')
    sendTo(one.balancer, 'a', refusedConnection)
    expect(knownOf(one.balancer, 'a').health).toMatchObject({ state: 'ejected', ejections: 1 })
    one.clock.advance(12_000)
    expect(stateOf(one.balancer, 'a')).toBe('probation')
  })

  test('no ejection is forgiven that was not', () => {
    const one = late({ random: () => 0.5 })
    eject(one, 'a')
    one.clock.advance(10_000)
    sendTo(one.balancer, 'a', succeeded, 2)
    one.clock.advance(-hourMs)
    sendTo(one.balancer, 'a', refusedConnection, 3)
    expect(knownOf(one.balancer, 'a').health).toEqual({ state: 'ejected', ejections: 2, remainingMs: 20_000 })
  })

  test('a response time is never negative', () => {
    const one = late()
    const leases = hold(one.balancer, 'a', 2)
    one.clock.advance(-hourMs)
    for (const lease of leases) lease.record(succeeded)
    expect(knownOf(one.balancer, 'a').responseTimeMs).toBe(0)
  })

  test('a payment is carried, and tried again where it may be', async () => {
    const { balancer, clock } = late()
    await balancer.run(scripted([answer(200)]))
    clock.advance(-hourMs)
    const call = scripted([reset, answer(200)], { method: 'GET' })
    await expect(balancer.run(call)).resolves.toBe('answer 200')
    expect(tally(sequence(balancer, 9))).toEqual({ a: 3, b: 3, c: 3 })
  })
})

describe('a clock that went back an hour and goes on from there', () => {
  test.each<[string, (one: Fleet) => void, number, (one: Fleet) => unknown, unknown]>([
    ['ejects', (one) => eject(one, 'a'), 10_000, ({ balancer }) => stateOf(balancer, 'a'), 'probation'],
    [
      'gates',
      ({ balancer }) => sendTo(balancer, 'a', overloadedFor(2_000)),
      2_000,
      ({ balancer }) => knownOf(balancer, 'a').gateRemainingMs,
      undefined,
    ],
    [
      'freezes',
      ({ balancer }) => sendTo(balancer, 'a', localFailure('EMFILE')),
      3_000,
      ({ balancer }) => balancer.snapshot().degraded,
      false,
    ],
    [
      'slows the start of',
      ({ balancer }) => balancer.add(serverNamed('a2')),
      30_000,
      ({ balancer }) => knownOf(balancer, 'a2').slowStart,
      1,
    ],
    [
      'keeps the failures of',
      ({ balancer }) => sendTo(balancer, 'a', serverError, 4),
      30_000,
      ({ balancer }) => {
        for (const id of ['b', 'c']) sendTo(balancer, id, succeeded, 50)
        sendTo(balancer, 'a', succeeded)
        sendTo(balancer, 'a', serverError, 4)
        return stateOf(balancer, 'a')
      },
      'healthy',
    ],
  ])('%s nobody for longer than it should', (_, happen, ms, seen, expected) => {
    const one = late({ random: () => 0.5 })
    happen(one)
    one.clock.advance(-hourMs)
    send(one.balancer)
    one.clock.advance(ms)
    expect(seen(one)).toBe(expected)
  })
})

test('a clock may stand below zero: only differences mean anything', () => {
  const { clock } = fleet()
  clock.advance(-hourMs)
  const one = fleet({ clock, random: () => 0.5 })
  eject(one, 'a')
  sendTo(one.balancer, 'b', overloadedFor(2_000))
  expect(sequence(one.balancer, 3)).toBe('ccc')
  clock.advance(10_000)
  expect([stateOf(one.balancer, 'a'), tally(sequence(one.balancer, 8))]).toEqual(['probation', { b: 4, c: 4 }])
})
