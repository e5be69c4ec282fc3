import { describe, expect, test } from 'vitest'
import { strategies } from '../../src/index.ts'
import type { StrategyName } from '../../src/index.ts'
import {
  eject,
  fleet,
  hold,
  inState,
  knownOf,
  send,
  sendTo,
  sequence,
  serverNamed,
  stateOf,
  tally,
} from '../support/fleet.ts'
import type { Fleet, FleetOptions } from '../support/fleet.ts'
import {
  localFailure,
  overloaded,
  overloadedFor,
  refusedConnection,
  serverError,
  succeeded,
} from '../support/outcomes.ts'
import { scripted, answer, reset } from '../support/scripted-call.ts'

const hourMs = 3_600_000
const names = Object.keys(strategies) as StrategyName[]

/* On a clock that has room to go back. */
function late(options: FleetOptions = {}): Fleet {
  const one = fleet(options)
  one.clock.advance(10 * hourMs)
  return one
}

/* Everything that remembers a time: an ejection, a probation, a gate, a slow start, a freeze, a load, samples. */
function lived(strategy: StrategyName): Fleet {
  const servers = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => serverNamed(id))
  const one = late({ servers, strategy, random: () => 0.5, health: { maxEjected: 3, freezeShare: 1 } })
  eject(one, 'a')
  one.clock.advance(10_000)
  sendTo(one.balancer, 'a', succeeded)
  eject(one, 'b')
  one.balancer.add(serverNamed('new'))
  sendTo(one.balancer, 'c', overloadedFor(5_000))
  sendTo(one.balancer, 'd', overloaded)
  for (const id of 'efg') sendTo(one.balancer, id, serverError, 2)
  for (const { id } of one.balancer.servers) one.balancer.reportLoad(id, 0.5)
  sendTo(one.balancer, 'e', localFailure('EMFILE'))
  return one
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0
  return typeof value !== 'object' || value === null || Object.values(value).every((one) => isPlain(one))
}

describe.each(names)('with %s, a clock that jumps', (strategy) => {
  test.each([
    ['back', [-hourMs]],
    ['forward', [hourMs]],
    ['back and forward', [-hourMs, hourMs]],
    ['forward and back', [hourMs, -hourMs]],
    ['to and fro', [-hourMs, 2 * hourMs, -2 * hourMs, hourMs]],
  ])('%s throws nothing and leaves every figure a number of at least 0', (_, jumps) => {
    const one = lived(strategy)
    const held = Array.from({ length: 6 }, () => one.balancer.pick())
    for (const ms of jumps) {
      one.clock.advance(ms)
      for (let request = 0; request < 30; request += 1) {
        send(one.balancer, { method: 'GET' }, request % 5 === 0 ? serverError : succeeded)
        one.clock.advance(10)
      }
      one.balancer.explain()
      const { servers, inFlight, degraded } = one.balancer.snapshot()
      expect(isPlain([servers, inFlight])).toBe(true)
      expect([inFlight, typeof degraded]).toEqual([6, 'boolean'])
    }
    for (const lease of held) lease.record(succeeded)
    for (const lease of held) lease.release()
    expect(one.balancer.snapshot().servers.map(({ inFlight }) => inFlight)).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  })

  test('back and forward again keeps nobody out for longer than an ejection lasts', () => {
    const one = lived(strategy)
    one.clock.advance(-hourMs)
    for (let request = 0; request < 30; request += 1) send(one.balancer, { method: 'GET' })
    one.clock.advance(hourMs + 12_000)
    for (let request = 0; request < 30; request += 1) send(one.balancer, { method: 'GET' })
    one.clock.advance(31_000)
    for (let request = 0; request < 400; request += 1) send(one.balancer, { method: 'GET' })
    expect(inState(one.balancer, 'healthy')).toBe('abcdefgnew')
    expect(one.balancer.snapshot().servers.map(({ slowStart }) => slowStart)).toEqual([1, 1, 1, 1, 1, 1, 1, 1])
    expect(one.balancer.snapshot().degraded).toBe(false)
  })

  test('forward by an hour forgives ejections, opens gates and ends slow starts', () => {
    const one = lived(strategy)
    one.clock.advance(hourMs)
    expect(inState(one.balancer, 'ejected')).toBe('')
    for (let request = 0; request < 4; request += 1) send(one.balancer, { method: 'GET' })
    one.clock.advance(31_000)
    const { servers, degraded } = one.balancer.snapshot()
    expect(servers.every((server) => server.gateRemainingMs === undefined && server.slowStart === 1)).toBe(true)
    expect([inState(one.balancer, 'healthy'), degraded]).toEqual(['abcdefgnew', false])
  })
})

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
