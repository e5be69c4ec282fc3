import { describe, expect, test } from 'vitest'
import { eject, fleet, inState, knownOf, lettered, send, sendTo, stateOf } from '../support/fleet.ts'
import { healthStory } from '../support/health-story.ts'
import { localFailure, refusedConnection, succeeded } from '../support/outcomes.ts'

const halfway = { random: () => 0.5 }

describe('a check that failed', () => {
  test('ejects a healthy server, and makes what was sent before it old', () => {
    const { told, observer } = healthStory()
    const one = fleet({ ...halfway, observer })
    const lease = one.balancer.pick({ exclude: new Set(['b', 'c']) })
    one.balancer.reportCheck('a', false)
    expect([told, knownOf(one.balancer, 'a').health.remainingMs]).toEqual([['a healthy → ejected'], 10_000])
    one.clock.advance(10_000)
    lease.record(refusedConnection)
    lease.release()
    expect(stateOf(one.balancer, 'a')).toBe('probation')
  })

  test('again and again keeps the server out for as long as it goes on, without counting as new ejections', () => {
    const { told, observer } = healthStory()
    const one = fleet({ ...halfway, observer })
    for (let check = 0; check < 20; check += 1) {
      one.balancer.reportCheck('a', false)
      expect(knownOf(one.balancer, 'a').health).toEqual({ state: 'ejected', ejections: 1, remainingMs: 10_000 })
      one.clock.advance(5_000)
    }
    one.clock.advance(5_000)
    expect(stateOf(one.balancer, 'a')).toBe('probation')
    expect(told).toEqual(['a healthy → ejected', 'a ejected → probation'])
  })

  test('keeps an ejected server out also while ejections are frozen', () => {
    const one = fleet(halfway)
    eject(one, 'a')
    one.clock.advance(8_000)
    sendTo(one.balancer, 'b', localFailure('EMFILE'))
    for (const id of ['a', 'b']) one.balancer.reportCheck(id, false)
    expect(knownOf(one.balancer, 'a').health.remainingMs).toBe(10_000)
    expect(stateOf(one.balancer, 'b')).toBe('healthy')
  })

  test('shortens no ejection', () => {
    const one = fleet({ health: { ejectionMs: 60_000, ejectionJitter: 0 } })
    eject(one, 'a')
    one.clock.advance(1)
    one.balancer.reportCheck('a', false)
    expect(knownOf(one.balancer, 'a').health.remainingMs).toBe(60_000)
    const other = fleet({ health: { ejectionJitter: 1 }, random: () => 1 - 2 ** -40 })
    eject(other, 'a')
    const before = knownOf(other.balancer, 'a').health.remainingMs ?? 0
    other.balancer.reportCheck('a', false)
    expect(knownOf(other.balancer, 'a').health.remainingMs).toBe(before)
  })

  test('ends a probation', () => {
    const one = fleet(halfway)
    eject(one, 'a')
    one.clock.advance(10_000)
    sendTo(one.balancer, 'a', succeeded)
    one.balancer.reportCheck('a', false)
    expect(knownOf(one.balancer, 'a').health).toEqual({ state: 'ejected', ejections: 2, remainingMs: 20_000 })
  })

  test.each([1, 2, 3, 5, 8])('never leaves a pool of %d without a server', (count) => {
    const { balancer } = fleet({
      servers: lettered(...Array.from({ length: count }, () => 1)),
      health: { maxEjected: 99 },
    })
    for (let round = 0; round < 3; round += 1) for (const { id } of balancer.servers) balancer.reportCheck(id, false)
    expect(inState(balancer, 'healthy').length).toBeGreaterThanOrEqual(1)
    expect(send(balancer)).toBeTypeOf('string')
  })
})

describe('a check that passed', () => {
  test('ends the waiting of an ejected server, which still has to prove itself', () => {
    const { told, observer } = healthStory()
    const one = fleet({ ...halfway, observer })
    eject(one, 'a')
    one.balancer.reportCheck('a', true)
    expect(told.at(-1)).toBe('a ejected → probation')
    expect(send(one.balancer, { method: 'GET' })).toBe('a')
    expect(stateOf(one.balancer, 'a')).toBe('probation')
    sendTo(one.balancer, 'a', refusedConnection)
    expect(knownOf(one.balancer, 'a').health).toEqual({ state: 'ejected', ejections: 2, remainingMs: 20_000 })
  })

  test('is no success: neither on probation, nor for failures in a row', () => {
    const one = fleet(halfway)
    sendTo(one.balancer, 'b', refusedConnection, 2)
    one.balancer.reportCheck('b', true)
    eject(one, 'a')
    for (let check = 0; check < 5; check += 1) one.balancer.reportCheck('a', true)
    expect(stateOf(one.balancer, 'a')).toBe('probation')
    sendTo(one.balancer, 'a', succeeded, 2)
    sendTo(one.balancer, 'b', refusedConnection)
    expect(stateOf(one.balancer, 'b')).toBe('ejected')
  })

  test('tells nobody anything new of a server that is well', () => {
    const { told, observer } = healthStory()
    const { balancer } = fleet({ observer })
    for (const { id } of balancer.servers) balancer.reportCheck(id, true)
    expect(told).toEqual([])
  })
})

describe('a check of somebody who is not concerned', () => {
  test.each([true, false])('a stranger, a removed and a draining server (passed: %s)', (passed) => {
    const one = fleet({ servers: lettered(1, 1, 1, 1), ...halfway })
    eject(one, 'a')
    void one.balancer.drain('a')
    void one.balancer.drain('b')
    one.balancer.remove('c')
    const before = one.balancer.snapshot()
    for (const id of ['a', 'b', 'c', 'stranger', '__proto__']) one.balancer.reportCheck(id, passed)
    expect(one.balancer.snapshot()).toEqual(before)
  })

  test.each([true, false])('with health switched off (passed: %s)', (passed) => {
    const { balancer } = fleet({ health: false })
    const before = balancer.snapshot()
    balancer.reportCheck('a', passed)
    expect(balancer.snapshot()).toEqual(before)
  })
})

test('a failed check forgives one ejection per healthy minute, as failures do', () => {
  const one = fleet({ random: () => 0.5 })
  for (let ejections = 0; ejections < 4; ejections += 1) {
    eject(one, 'a')
    one.clock.advance(40_000)
    sendTo(one.balancer, 'a', succeeded, 2)
  }
  one.clock.advance(3_600_000)
  one.balancer.reportCheck('a', false)
  expect(knownOf(one.balancer, 'a').health).toEqual({ state: 'ejected', ejections: 1, remainingMs: 10_000 })
})
