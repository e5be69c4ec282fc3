import { describe, expect, test } from 'vitest'
import { byRateOnly, eject, fleet, hold, inState, lettered, sendTo, stateOf } from '../support/fleet.ts'
import { healthStory } from '../support/health-story.ts'
import { refusedConnection, serverError, succeeded } from '../support/outcomes.ts'

describe('a draining server is nobody’s health:', () => {
  test('it does not count among those that went bad at once', () => {
    const one = fleet({ servers: lettered(1, 1, 1, 1) })
    eject(one, 'a')
    void one.balancer.drain('a')
    sendTo(one.balancer, 'b', refusedConnection, 3)
    expect(stateOf(one.balancer, 'b')).toBe('ejected')
  })

  test('its last failures hide nobody who stands out', () => {
    const { balancer } = fleet({ health: byRateOnly })
    const last = hold(balancer, 'c', 200)
    void balancer.drain('c')
    for (const lease of last) lease.record(serverError)
    sendTo(balancer, 'b', succeeded, 50)
    sendTo(balancer, 'a', serverError, 20)
    expect(stateOf(balancer, 'a')).toBe('ejected')
  })

  test('its own ejection ends in time, and no result of its own changes it', () => {
    const { told, observer } = healthStory()
    const one = fleet({ servers: lettered(1, 1, 1, 1), random: () => 0.5, observer })
    const last = hold(one.balancer, 'b', 20)
    eject(one, 'a')
    for (const id of ['a', 'b']) void one.balancer.drain(id)
    for (const lease of last) lease.record(refusedConnection)
    one.clock.advance(10_000)
    expect([inState(one.balancer, 'probation'), inState(one.balancer, 'healthy')]).toEqual(['a', 'bcd'])
    expect(told).toEqual(['a healthy → ejected', 'a ejected → probation'])
  })
})
