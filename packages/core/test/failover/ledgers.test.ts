import { describe, expect, test } from 'vitest'
import type { BalancerOptions } from '../../src/index.ts'
import { fleet, lettered } from '../support/fleet.ts'
import type { FleetOptions } from '../support/fleet.ts'
import { firstListed, onLedgers } from '../support/ledgers.ts'
import { answer, failing, notSent, reset, scripted, timeout } from '../support/scripted-call.ts'
import type { Scripted } from '../support/scripted-call.ts'

/* A payment that may have been executed is sent again only where its key is recognised. */

const keyed = { key: 'order-17' }
const doubts: [string, Scripted][] = [
  ['a reset', reset],
  ['a timeout', timeout],
  ['a cut answer', { ...reset, status: 200 }],
  ['an attempt that throws', () => Promise.reject(new Error('bug'))],
  ['a 500', answer(500)],
  ['a 502', answer(502)],
  ['a 504', answer(504)],
  ['a 408', answer(408)],
  ['a 499', answer(499)],
  ['a 307', answer(307)],
  ['a 503', answer(503)],
  ['a 429', answer(429)],
]

describe.each(doubts)('after %s', (_, doubt) => {
  test('a keyed payment goes on to a server of the declared ledger, with its key', async () => {
    const { balancer } = fleet({ ledger: 'shared', health: false, random: () => 0 })
    const call = scripted([doubt, answer(201)], keyed)
    await expect(balancer.run(call)).resolves.toBe('answer 201')
    expect(call.tried).toEqual(['a', expect.stringMatching(/[bc]/u)])
    expect(call.contexts.map((context) => context.key)).toEqual(['order-17', 'order-17'])
    expect(call.told).toMatchObject([{ outcome: 'succeeded' }])
  })

  test.each<[string, FleetOptions, object]>([
    ['has no key', { ledger: 'shared' }, {}],
    ['has a ledger that nobody declared', {}, keyed],
    ['has servers that do not deduplicate', { ledger: 'none' }, keyed],
    ['has a ledger that replays only successes', profile({ replays: 'successes' }), keyed],
    ['has a ledger that fails open', profile({ failsOpen: true }), keyed],
  ])('a payment is never sent again that %s', async (__, options, request) => {
    const call = scripted([doubt], request)
    const { balancer } = fleet({ strategy: firstListed, health: false, ...options })
    await balancer.run(call).catch(() => undefined)
    expect(call.tried).toEqual(['a'])
    expect(call.told).toMatchObject([{ outcome: 'unknown' }])
  })
})

function profile(profileOptions: NonNullable<BalancerOptions['ledgers']>[string]): FleetOptions {
  return { ledger: 'shared', ledgers: { shared: profileOptions } }
}

/* The ids say the ledger: those of eu come first, so that the strategy would choose them. */
const europe = { e1: 'eu', e2: 'eu', u1: 'us', u2: 'us' }

function twoLedgers(options: FleetOptions = {}): ReturnType<typeof fleet> {
  return fleet({
    servers: onLedgers(europe),
    strategy: firstListed,
    health: false,
    failover: { maxAttempts: 9 },
    ...options,
  })
}

describe('with two ledgers', () => {
  test('a payment that may have been executed stays on its ledger, however many attempts are left', async () => {
    const call = scripted([reset, reset], keyed)
    expect(await failing(twoLedgers().balancer.run(call))).toMatchObject({ outcome: 'unknown' })
    expect(call.tried).toEqual(['e1', 'e2'])
  })

  test('one that was never sent may move on to the other, and stays there from then on', async () => {
    const call = scripted([notSent, notSent, reset, reset], keyed)
    expect(await failing(twoLedgers().balancer.run(call))).toMatchObject({ outcome: 'unknown' })
    expect(call.tried).toEqual(['e1', 'e2', 'u1', 'u2'])
  })

  test('one that may have been executed does not move on even when a later attempt was never sent', async () => {
    const call = scripted([reset, notSent], keyed)
    expect(await failing(twoLedgers().balancer.run(call))).toMatchObject({ outcome: 'unknown' })
    expect(call.tried).toEqual(['e1', 'e2'])
  })

  test('it stays also when its ledger loses its last server in the middle of an attempt', async () => {
    const { balancer } = twoLedgers()
    const losing: Scripted = () => {
      balancer.replace(onLedgers({ u1: 'us', u2: 'us' }))
      return reset
    }
    const call = scripted([losing, answer(201)], keyed)
    expect(await failing(balancer.run(call))).toMatchObject({ outcome: 'unknown' })
    expect(call.tried).toEqual(['e1'])
  })

  test('the same server is tried again only where it is alone on its ledger', async () => {
    const { balancer } = twoLedgers({ servers: onLedgers({ e1: 'eu', u1: 'us' }) })
    const call = scripted([reset, answer(201)], keyed)
    await expect(balancer.run(call)).resolves.toBe('answer 201')
    expect(call.tried).toEqual(['e1', 'e1'])
  })
})

describe('while one of our own attempts is open, a 409 means that it is still running:', () => {
  test('it is asked again, with 250 ms that double up to 4 s, and attempts are not used up', async () => {
    const { balancer, clock } = fleet({ ledger: 'shared', servers: lettered(1, 1), random: () => 0 })
    const waiting = Array.from({ length: 7 }, () => answer(409))
    const call = scripted([reset, ...waiting, answer(201)], keyed)
    await expect(balancer.run(call)).resolves.toBe('answer 201')
    expect(clock.sleeps).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000, 4_000])
    expect(call.tried).toEqual(['a', ...Array.from({ length: 8 }, () => 'b')])
    expect(call.told).toMatchObject([{ outcome: 'succeeded' }])
  })

  test('and after the waiting there are as many attempts left as before', async () => {
    const { balancer } = fleet({ ledger: 'shared', strategy: firstListed, random: () => 0 })
    const call = scripted([reset, answer(409), answer(409), reset, answer(201)], keyed)
    await expect(balancer.run(call)).resolves.toBe('answer 201')
    expect(call.tried).toEqual(['a', 'b', 'b', 'b', 'c'])
  })

  test.each<[string, string, number]>([
    ['the time that the server names', '3', 3_000],
    ['its own time where the server names none worth the name', '0', 250],
  ])('it waits for %s', async (_, retryAfter, waitMs) => {
    const { balancer, clock } = fleet({ ledger: 'shared', random: () => 0 })
    const running = answer(409, { headers: new Headers({ 'retry-after': retryAfter }) })
    await balancer.run(scripted([reset, running, answer(201)], keyed))
    expect(clock.sleeps).toEqual([waitMs])
  })

  test('at the deadline the 409 is given, as pending', async () => {
    const { balancer, clock } = fleet({ ledger: 'shared', random: () => 0 })
    const call = scripted([reset, answer(409), answer(409), answer(409)], { ...keyed, totalMs: 1_000 })
    await expect(balancer.run(call)).resolves.toBe('answer 409')
    expect(clock.sleeps).toEqual([250, 500])
    expect(call.told).toMatchObject([{ outcome: 'pending' }])
  })

  test('a caller who leaves ends the waiting, and nothing is sent any more', async () => {
    const caller = new AbortController()
    const { balancer } = fleet({ ledger: 'shared', random: () => 0 })
    const leaving: Scripted = () => {
      caller.abort()
      return answer(409)
    }
    const call = scripted([reset, leaving, answer(201)], { ...keyed, signal: caller.signal })
    await expect(balancer.run(call)).resolves.toBe('answer 409')
    expect(call.tried).toHaveLength(2)
  })

  test.each<[string, Scripted[]]>([
    ['our first attempt', [answer(409)]],
    ['our first attempt that was sent', [notSent, answer(409)]],
  ])('but a 409 to %s is the caller’s own duplicate: it is given at once', async (_, steps) => {
    const { balancer, clock } = fleet({ ledger: 'shared' })
    const call = scripted(steps, keyed)
    await expect(balancer.run(call)).resolves.toBe('answer 409')
    expect(clock.sleeps).toEqual([])
    expect(call.told).toMatchObject([{ outcome: 'pending' }])
  })
})

describe('limits hold within a ledger too:', () => {
  test.each([1, 2, 4])('at most %d attempts', async (maxAttempts) => {
    const { balancer } = fleet({ ledger: 'shared', servers: lettered(1, 1, 1, 1, 1, 1), failover: { maxAttempts } })
    const call = scripted(
      Array.from({ length: 9 }, () => reset),
      keyed,
    )
    await failing(balancer.run(call))
    expect(call.tried).toHaveLength(maxAttempts)
  })

  test('the retry budget', async () => {
    const failover = { retryBudget: { ratio: 0, minPerSecond: 0 } }
    const call = scripted([reset, answer(201)], keyed)
    await failing(fleet({ ledger: 'shared', failover }).balancer.run(call))
    expect(call.tried).toHaveLength(1)
  })

  test('a body that has begun to stream', async () => {
    const call = scripted([reset, answer(201)], { ...keyed, replayable: () => false })
    await failing(fleet({ ledger: 'shared' }).balancer.run(call))
    expect(call.tried).toHaveLength(1)
  })
})
