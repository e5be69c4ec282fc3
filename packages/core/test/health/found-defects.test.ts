import { describe, expect, test } from 'vitest'
import { FailureWindow } from '../../src/health/failure-window.ts'
import type { Observer } from '../../src/index.ts'
import { byRateOnly, eject, fleet, hold, inState, knownOf, lettered, send, sendTo } from '../support/fleet.ts'
import { sequence, serverNamed, stateOf } from '../support/fleet.ts'
import { healthStory } from '../support/health-story.ts'
import { localFailure, overloaded, overloadedFor, rateLimited, refusedConnection } from '../support/outcomes.ts'
import { serverError, succeeded, unauthorized } from '../support/outcomes.ts'
import { holdsFor } from '../support/pool-property.ts'
import { present } from '../support/present.ts'
import { answer, failing, scripted } from '../support/scripted-call.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const throwing = (): never => {
  throw new Error('this always throws')
}

const hourMs = 3_600_000
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a clock', () => {
  test('may begin below zero: only differences mean anything', () => {
    const { balancer, clock } = fleet()
    clock.advance(-hourMs)
    expect(sequence(fleet({ clock }).balancer, 3)).toHaveLength(3)
    expect(send(balancer)).toBeTypeOf('string')
  })

  test('that went back an hour keeps nobody out for longer than an ejection lasts', () => {
    const one = fleet({ random: () => 0.5 })
    one.clock.advance(2 * hourMs)
    eject(one, 'a')
    one.clock.advance(-hourMs)
    send(one.balancer)
    one.clock.advance(10_000)
    send(one.balancer)
    expect(stateOf(one.balancer, 'a')).toBe('probation')
  })

  test('that went back an hour keeps no gate shut for an hour', () => {
    const one = fleet()
    one.clock.advance(2 * hourMs)
    sendTo(one.balancer, 'a', overloadedFor(2_000))
    one.clock.advance(-hourMs)
    send(one.balancer)
    one.clock.advance(2_000)
    expect(knownOf(one.balancer, 'a')).not.toHaveProperty('gateRemainingMs')
  })

  test('that went back makes no count negative when a server leaves', () => {
    const [pool, own] = [new FailureWindow(10_000), new FailureWindow(10_000)]
    for (const window of [pool, own]) for (const laterMs of [0, 100, 200]) window.count(false, 100_000 + laterMs)
    pool.count(true, 115_000)
    pool.subtract(own, 100_000)
    expect(pool.at(100_000)).toEqual({ successes: 1, total: 1 })
  })
})

test('a burst of 503 within one moment shuts the gate for one second, not for thirty', () => {
  const { balancer } = fleet()
  for (const lease of hold(balancer, 'a', 10)) lease.record(overloaded)
  expect(knownOf(balancer, 'a').gateRemainingMs).toBe(1_000)
})

describe('a freeze', () => {
  test('is told to nobody when health is switched off', () => {
    const { told, observer } = healthStory()
    const { balancer } = fleet({ health: false, observer })
    sendTo(balancer, 'a', localFailure('EMFILE'))
    expect(told).toEqual([])
  })

  test('and whatever happens to a pool without health, the rules of every pool hold', async () => {
    await expect(holdsFor({ strategy: 'random', health: false }, 60)).resolves.toBeUndefined()
  })

  test('that is over is told when the next request ends, not only when a snapshot is taken', () => {
    const { told, observer } = healthStory()
    const one = fleet({ observer })
    sendTo(one.balancer, 'a', localFailure('EMFILE'))
    one.clock.advance(3_000)
    sequence(one.balancer, 30)
    expect(told).toEqual(['frozen', 'unfrozen'])
  })
})

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
})

test('a failed check forgives one ejection per healthy minute, as failures do', () => {
  const one = fleet({ random: () => 0.5 })
  for (let ejections = 0; ejections < 4; ejections += 1) {
    eject(one, 'a')
    one.clock.advance(40_000)
    sendTo(one.balancer, 'a', succeeded, 2)
  }
  one.clock.advance(hourMs)
  one.balancer.reportCheck('a', false)
  expect(knownOf(one.balancer, 'a').health).toEqual({ state: 'ejected', ejections: 1, remainingMs: 10_000 })
})

describe('explain', () => {
  test('names the servers to which a full priority hands over', () => {
    const { balancer } = fleet({ servers: [serverNamed('a', { maxInFlight: 1 }), serverNamed('b', { priority: 1 })] })
    balancer.pick()
    const { candidates, others } = balancer.explain()
    expect(balancer.pick().server.id).toBe('b')
    expect(candidates).toMatchObject([{ server: 'b', groupShare: 1 }])
    expect(others).toEqual([{ server: 'a', reason: 'full' }])
  })

  test('names the server that is picked, whatever happened to the pool', async () => {
    await expect(holdsFor({ explains: true }, 60)).resolves.toBeUndefined()
  })

  test('goes without figures when the strategy cannot give them', () => {
    const { balancer } = fleet({ strategy: { pick: (list) => present(list[0]), figuresOf: throwing } })
    expect(balancer.explain().candidates).toHaveLength(3)
  })
})

/* a is full, and one request waits. */
function waiting() {
  const clock = new VirtualClock({ sleepsPass: false })
  const servers = [serverNamed('a', { maxInFlight: 1 }), serverNamed('b')]
  const one = fleet({ clock, servers, queue: { max: 9, timeoutMs: 60_000 }, random: () => 0.5 })
  return { ...one, clock, full: () => one.balancer.pick({ exclude: new Set(['b']) }) }
}

describe('a request that waits', () => {
  test('is served when a gate opens', async () => {
    const { balancer, clock, full } = waiting()
    full()
    sendTo(balancer, 'b', overloadedFor(2_000))
    const call = scripted([answer(200)], { method: 'GET', totalMs: 60_000 })
    const ended = balancer.run(call)
    await settle()
    clock.advance(2_000)
    await settle()
    expect(call.tried).toEqual(['b'])
    await ended
  })

  test('is served when a server comes back to be tried', async () => {
    const one = waiting()
    eject(one, 'b')
    one.full()
    const call = scripted([answer(200)], { method: 'GET', totalMs: 60_000 })
    const ended = one.balancer.run(call)
    await settle()
    one.clock.advance(10_000)
    await settle()
    expect(call.tried).toEqual(['b'])
    await ended
  })

  test('is served when a check passes', async () => {
    const one = waiting()
    eject(one, 'b')
    one.full()
    const call = scripted([answer(200)], { method: 'GET', totalMs: 60_000 })
    const ended = one.balancer.run(call)
    await settle()
    one.balancer.reportCheck('b', true)
    await settle()
    expect(call.tried).toEqual(['b'])
    await ended
  })

  test.each(['removed', 'drained'] as const)('is told at once when the last server is %s', async (how) => {
    const { balancer, full } = waiting()
    balancer.remove('b')
    full()
    const ended = failing(balancer.run(scripted([answer(200)], { totalMs: 60_000 })))
    await settle()
    if (how === 'removed') balancer.remove('a')
    else void balancer.drain('a')
    await settle()
    expect(balancer.snapshot().queued).toBe(0)
    expect(await ended).toMatchObject({ code: 'no-server-available', outcome: 'not-executed' })
  })

  test('is not told that it waited in vain when its caller went', async () => {
    const { balancer, full } = waiting()
    balancer.remove('b')
    full()
    const caller = new AbortController()
    const ended = failing(balancer.run(scripted([], { signal: caller.signal, totalMs: 60_000 })))
    await settle()
    caller.abort()
    expect(await ended).toMatchObject({ outcome: 'not-executed', message: expect.not.stringContaining('within') })
  })
})

describe('never fewer than one server', () => {
  test('because one of weight 0 on probation is no loss', () => {
    const one = fleet({ servers: [...lettered(1), serverNamed('s', { weight: 0 })], random: () => 0.5 })
    eject(one, 's')
    one.clock.advance(31_000)
    sendTo(one.balancer, 'a', refusedConnection, 20)
    expect([inState(one.balancer, 'probation'), inState(one.balancer, 'healthy')]).toEqual(['s', 'a'])
  })

  test('when one of weight 0 on probation is the last', () => {
    const one = fleet({ servers: [...lettered(1), serverNamed('s', { weight: 0 })], random: () => 0.5 })
    eject(one, 's')
    one.clock.advance(10_000)
    expect(stateOf(one.balancer, 's')).toBe('probation')
    one.balancer.remove('a')
    expect(stateOf(one.balancer, 's')).toBe('healthy')
  })
})

test('an observer whose hook cannot even be read breaks no pick', () => {
  const observer = Object.defineProperty({}, 'onPick', {
    get: () => {
      throw new Error('this hook cannot be read')
    },
  }) as Observer
  const { balancer } = fleet()
  balancer.observe(observer)
  expect(send(balancer)).toBeTypeOf('string')
})

test('a 429 is an answer too: it ends a burst of 401', () => {
  const warnings: string[] = []
  const { balancer } = fleet({ observer: { onWarning: ({ code }) => warnings.push(code) } })
  sendTo(balancer, 'a', unauthorized, 4)
  sendTo(balancer, 'a', rateLimited)
  sendTo(balancer, 'a', unauthorized, 4)
  expect(warnings).not.toContain('unauthorized')
})
