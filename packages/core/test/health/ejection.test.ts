import { describe, expect, test } from 'vitest'
import type { Health, PickRequest, Server } from '../../src/index.ts'
import { eject, fleet, lettered, send, sequence, serverNamed, stateOf, tally } from '../support/fleet.ts'
import { callerGone, declined, refusedConnection, serverError, succeeded } from '../support/outcomes.ts'

function only(id: string): PickRequest {
  return { exclude: new Set(['a', 'b', 'c', 'd', 'e'].filter((other) => other !== id)) }
}

describe('ejection', () => {
  test('takes a server out of the turn, and tells the observer', () => {
    const changes: { server: Server; before: Health; after: Health }[] = []
    const three = fleet({ observer: { onHealthChange: (change) => changes.push(change) } })
    eject(three, 'b')
    expect(changes.map(({ server, before, after }) => [server.id, before.state, after.state])).toEqual([
      ['b', 'healthy', 'ejected'],
    ])
    expect(tally(sequence(three.balancer, 100))).toEqual({ a: 50, c: 50 })
    expect(three.balancer.snapshot().degraded).toBe(true)
  })

  test.each([
    [3, refusedConnection],
    [5, serverError],
  ])('comes with failure %d in a row', (failures, outcome) => {
    const { balancer } = fleet()
    const onlyA = { exclude: new Set(['b', 'c']) }
    for (let failure = 1; failure < failures; failure += 1) send(balancer, onlyA, outcome)
    expect(stateOf(balancer, 'a')).toBe('healthy')
    send(balancer, onlyA, outcome)
    expect(stateOf(balancer, 'a')).toBe('ejected')
  })

  test.each([
    ['declined cards', declined],
    ['callers who went away', callerGone],
  ])('never comes from %s', (_, outcome) => {
    const { balancer } = fleet({ servers: lettered(1, 1) })
    for (let request = 0; request < 200; request += 1) send(balancer, { exclude: new Set(['b']) }, outcome)
    expect(stateOf(balancer, 'a')).toBe('healthy')
  })

  test('never comes to a single server', () => {
    const { balancer } = fleet({ servers: lettered(1) })
    for (let request = 0; request < 100; request += 1) send(balancer, {}, refusedConnection)
    expect(stateOf(balancer, 'a')).toBe('healthy')
  })

  test.each([
    [2, 1],
    [3, 1],
    [4, 1],
    [5, 2],
    [7, 3],
  ])('of %d servers that all fail takes out %d', (servers, limit) => {
    const { balancer } = fleet({ servers: lettered(...Array.from({ length: servers }, () => 1)) })
    for (let request = 0; request < 200; request += 1) send(balancer, {}, refusedConnection)
    const states = balancer.snapshot().servers.map((server) => server.health.state)
    expect(states.filter((state) => state === 'ejected')).toHaveLength(limit)
  })

  test('is switched off by health: false', () => {
    const { balancer } = fleet({ health: false })
    for (let request = 0; request < 100; request += 1) send(balancer, {}, refusedConnection)
    expect(balancer.snapshot().servers.map((server) => server.health.state)).toEqual(['healthy', 'healthy', 'healthy'])
  })

  test('does not reset what is known of the others', () => {
    const { balancer } = fleet({ servers: lettered(1, 1, 1, 1, 1) })
    send(balancer, only('c'), refusedConnection)
    send(balancer, only('c'), refusedConnection)
    for (let failure = 0; failure < 3; failure += 1) send(balancer, only('a'), refusedConnection)
    expect(stateOf(balancer, 'a')).toBe('ejected')
    expect(stateOf(balancer, 'c')).toBe('healthy')
    send(balancer, only('c'), refusedConnection)
    expect(stateOf(balancer, 'c')).toBe('ejected')
  })

  test('a cut answer counts when the lease is released', () => {
    const { balancer } = fleet()
    const leases = Array.from({ length: 9 }, () => balancer.pick())
    for (const lease of leases) lease.record(succeeded)
    for (const lease of leases) lease.release(lease.server.id === 'a' ? 'cut' : 'complete')
    expect(stateOf(balancer, 'a')).toBe('ejected')
    expect(stateOf(balancer, 'b')).toBe('healthy')
  })

  test('an abandoned answer does not count', () => {
    const { balancer } = fleet()
    const leases = Array.from({ length: 30 }, () => balancer.pick())
    for (const lease of leases) lease.record(succeeded)
    for (const lease of leases) lease.release('abandoned')
    expect(balancer.snapshot().degraded).toBe(false)
  })
})

describe('results of attempts that were dispatched before the last ejection', () => {
  test('do not count when the server is on probation', () => {
    const three = fleet()
    const held = Array.from({ length: 6 }, () => three.balancer.pick()).filter((lease) => lease.server.id === 'a')
    eject(three, 'a')
    three.clock.advance(20_000)
    expect(stateOf(three.balancer, 'a')).toBe('probation')
    held[0]?.record(refusedConnection)
    expect(stateOf(three.balancer, 'a')).toBe('probation')
    held[1]?.record(succeeded)
    for (const lease of held) lease.release('cut')
    expect(stateOf(three.balancer, 'a')).toBe('probation')
    expect(three.balancer.snapshot().servers[0]?.responseTimeMs).toBeNull()
  })

  test('do not count twice towards the length of the ejection', () => {
    const three = fleet()
    const held = Array.from({ length: 90 }, () => three.balancer.pick()).filter((lease) => lease.server.id === 'a')
    for (const lease of held) lease.record(refusedConnection)
    expect(three.balancer.snapshot().servers[0]?.health).toMatchObject({ state: 'ejected', ejections: 1 })
  })
})

describe('never below one server', () => {
  test('a server on probation does not count as one that is there', () => {
    const two = fleet({ servers: lettered(1, 1) })
    eject(two, 'a')
    two.clock.advance(20_000)
    const onlyB = { exclude: new Set(['a']) }
    for (let failure = 0; failure < 10; failure += 1) send(two.balancer, onlyB, refusedConnection)
    expect([stateOf(two.balancer, 'a'), stateOf(two.balancer, 'b')]).toEqual(['probation', 'healthy'])
  })

  test.each([
    ['ejected', 0],
    ['probation', 20_000],
  ])('the last server is taken back when the others leave during its %s', (state, laterMs) => {
    const three = fleet()
    eject(three, 'a')
    three.clock.advance(laterMs)
    expect(stateOf(three.balancer, 'a')).toBe(state)
    three.balancer.remove('b')
    void three.balancer.drain('c')
    expect(stateOf(three.balancer, 'a')).toBe('healthy')
    const held = Array.from({ length: 5 }, () => three.balancer.pick().server.id)
    expect(held).toEqual(['a', 'a', 'a', 'a', 'a'])
  })

  test('a server of weight 0 that rests on probation does not protect the others', () => {
    const three = fleet({ servers: [...lettered(1, 1), serverNamed('spare')] })
    eject(three, 'spare')
    three.balancer.update('spare', { weight: 0 })
    three.clock.advance(31_000)
    eject(three, 'a')
    expect([stateOf(three.balancer, 'spare'), stateOf(three.balancer, 'a')]).toEqual(['probation', 'ejected'])
  })
})
