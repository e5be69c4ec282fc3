import { describe, expect, test } from 'vitest'
import type { Outcome, Trouble } from '../../src/index.ts'
import { fleet, hold, knownOf, lettered, sendTo, stateOf } from '../support/fleet.ts'
import { callerGone, declined, localFailure, overloaded, rateLimited, refusedConnection } from '../support/outcomes.ts'
import { serverError, succeeded } from '../support/outcomes.ts'
import { answer, reset, scripted, timeout } from '../support/scripted-call.ts'
import type { Scripted } from '../support/scripted-call.ts'

/* a has all the traffic, so that only failures in a row can eject it. */
const two = (): ReturnType<typeof fleet> => fleet({ servers: lettered(1, 1) })

/** How many requests in a row that end like this eject a server; Infinity where a hundred do not. */
function requestsToEject(outcome: Outcome): number {
  const { balancer } = two()
  for (const [index, lease] of hold(balancer, 'a', 100).entries()) {
    lease.record(outcome)
    lease.release()
    if (stateOf(balancer, 'a') === 'ejected') return index + 1
  }
  return Infinity
}

const answered = (status: number, kind: Outcome['kind']): Outcome => ({ kind, evidence: 'answered', status })
const broken = (trouble: Trouble, more: Partial<Outcome> = {}): Outcome => ({
  kind: 'unknown',
  evidence: 'sent',
  trouble,
  ...more,
})

describe('what counts against a server, and how many in a row eject it', () => {
  test.each<[string, Outcome, number]>([
    ['a whole answer', succeeded, Infinity],
    ['a redirect', answered(302, 'unknown'), Infinity],
    ['an unknown route', answered(404, 'rejected'), Infinity],
    ['a duplicate under way', answered(409, 'in-progress'), Infinity],
    ['a misused key', answered(422, 'key-misuse'), Infinity],
    ['an accepted payment', answered(202, 'pending'), Infinity],
    ['a refusal before anything was done', answered(425, 'refused'), Infinity],
    ['a declined card', declined, Infinity],
    ['a declined card in a 500', answered(500, 'declined'), Infinity],
    ['too many requests of one caller', rateLimited, Infinity],
    ['an overload', overloaded, Infinity],
    ['missing credentials', answered(401, 'unauthorized'), Infinity],
    ['a caller who went away', callerGone, Infinity],
    ['a caller who went away before anything was sent', broken('cancelled', { evidence: 'not-sent' }), Infinity],
    ['a request that was never dispatched', { kind: 'not-sent', evidence: 'not-sent' }, Infinity],
    ['a request that we ended', { kind: 'incomplete', evidence: 'sent', trouble: 'timeout' }, Infinity],
    ['a machine without sockets', localFailure('EMFILE'), Infinity],
    ['a bug of our own', broken('local', { error: new TypeError('a bug') }), Infinity],
    ['a deadline that passed while we stood still', broken('timeout', { isOurDelay: true }), Infinity],
    ['a refused connection', refusedConnection, 3],
    ['a reset', broken('connection'), 3],
    ['no answer in time', broken('timeout'), 3],
    ['an answer that is none', broken('malformed'), 3],
    ['a cut answer', broken('connection', { status: 200 }), 5],
    ['500', serverError, 5],
    ['501', answered(501, 'unknown'), 5],
    ['502', answered(502, 'unknown'), 5],
    ['504', answered(504, 'unknown'), 5],
    ['an early answer', answered(102, 'unknown'), 5],
  ])('%s', (_, outcome, expected) => {
    expect(requestsToEject(outcome)).toBe(expected)
  })

  test.each<[string, Scripted, number]>([
    ['a hundred declined cards', answer(402), Infinity],
    ['a hundred 429', answer(429), Infinity],
    ['resets', reset, 3],
    ['timeouts', timeout, 3],
    ['500', answer(500), 5],
  ])('through run: %s', async (_, step, expected) => {
    const { balancer } = two()
    void balancer.drain('b')
    balancer.add('http://c.test')
    balancer.update('c.test:80', { weight: 0 })
    let sent = 0
    while (sent < 100 && stateOf(balancer, 'a') !== 'ejected') {
      await balancer.run(scripted([step])).catch(() => undefined)
      sent += 1
    }
    expect(sent === 100 ? Infinity : sent).toBe(expected)
  })
})

describe('what is neutral', () => {
  test.each([
    ['429', rateLimited],
    ['a caller who went away', callerGone],
    ['a bug of our own', broken('local', { error: new TypeError('a bug') })],
    ['a deadline that passed while we stood still', broken('timeout', { isOurDelay: true })],
  ])('%s leaves failures in a row as they are', (_, outcome) => {
    const { balancer } = two()
    sendTo(balancer, 'a', refusedConnection, 2)
    sendTo(balancer, 'a', outcome, 20)
    expect(stateOf(balancer, 'a')).toBe('healthy')
    sendTo(balancer, 'a', refusedConnection)
    expect(stateOf(balancer, 'a')).toBe('ejected')
  })

  test.each([
    ['429', rateLimited],
    ['a caller who went away', callerGone],
    ['a local failure', localFailure('EMFILE')],
  ])('%s shuts no gate, and is no sample of time or failure', (_, outcome) => {
    const { balancer } = two()
    sendTo(balancer, 'a', outcome, 20)
    expect(knownOf(balancer, 'a')).toMatchObject({ failureRate: 0, responseTimeMs: null })
    expect(knownOf(balancer, 'a')).not.toHaveProperty('gateRemainingMs')
  })

  test('on probation is neither success nor failure', () => {
    const { balancer, clock } = two()
    sendTo(balancer, 'a', refusedConnection, 3)
    clock.advance(12_000)
    sendTo(balancer, 'a', succeeded)
    for (const outcome of [rateLimited, callerGone]) sendTo(balancer, 'a', outcome, 10)
    expect(stateOf(balancer, 'a')).toBe('probation')
    sendTo(balancer, 'a', succeeded)
    expect(stateOf(balancer, 'a')).toBe('healthy')
  })
})
