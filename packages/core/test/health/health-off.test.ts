import { describe, expect, test } from 'vitest'
import { fleet, hold, inState, knownOf, lettered, send, sendTo, serverNamed, tally } from '../support/fleet.ts'
import { healthStory } from '../support/health-story.ts'
import {
  localFailure,
  overloaded,
  overloadedFor,
  refusedConnection,
  serverError,
  succeeded,
  unauthorized,
} from '../support/outcomes.ts'
import { recordingStrategy } from '../support/recording-strategy.ts'

describe('health: false', () => {
  test.each([
    ['failed connections', refusedConnection],
    ['bad answers', serverError],
    ['overloads', overloaded],
    ['overloads that ask to wait', overloadedFor(60_000)],
    ['401', unauthorized],
    ['failures of this machine', localFailure('EMFILE')],
  ])('neither ejects nor gates for %s, and tells nothing', (_, outcome) => {
    const { told, observer } = healthStory()
    const { balancer } = fleet({ health: false, observer })
    sendTo(balancer, 'b', succeeded, 100)
    sendTo(balancer, 'a', outcome, 100)
    expect([inState(balancer, 'healthy'), told]).toEqual(['abc', []])
    expect(knownOf(balancer, 'a')).not.toHaveProperty('gateRemainingMs')
    expect(tally(Array.from({ length: 9 }, () => send(balancer)))).toEqual({ a: 3, b: 3, c: 3 })
    expect(balancer.snapshot().degraded).toBe(false)
  })

  test('counts a cut stream all the same, but ejects nobody for it', () => {
    const { balancer } = fleet({ health: false })
    for (const lease of hold(balancer, 'a', 50)) lease.release('cut')
    expect(inState(balancer, 'healthy')).toBe('abc')
    expect(knownOf(balancer, 'a').failureRate).toBeGreaterThan(0.9)
  })

  test('gives a server that joins its whole weight at once', () => {
    const strategy = recordingStrategy()
    const { balancer } = fleet({ health: false, strategy, servers: lettered(2) })
    balancer.add(serverNamed('d', { weight: 3 }))
    send(balancer)
    expect(strategy.weights()).toEqual({ a: 2, d: 3 })
  })
})
