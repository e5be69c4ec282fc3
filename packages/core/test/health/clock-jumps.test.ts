import { describe, expect, test } from 'vitest'
import { strategies } from '../../src/index.ts'
import type { StrategyName } from '../../src/index.ts'
import { eject, fleet, inState, send, sendTo, serverNamed } from '../support/fleet.ts'
import type { Fleet, FleetOptions } from '../support/fleet.ts'
import { localFailure, overloaded, overloadedFor, serverError, succeeded } from '../support/outcomes.ts'

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
