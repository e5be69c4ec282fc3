import { describe, expect, test } from 'vitest'
import { PaylbError } from '../../src/index.ts'
import type { Balancer, BalancerOptions, Candidate, Strategy } from '../../src/index.ts'
import { fleet, lettered, serverNamed } from '../support/fleet.ts'
import type { Fleet, FleetOptions } from '../support/fleet.ts'
import { firstListed, onLedgers } from '../support/ledgers.ts'
import { keyed, pay } from '../support/pay.ts'
import { answer, notSent, reset } from '../support/scripted-call.ts'
import type { Scripted } from '../support/scripted-call.ts'

/* A key stays where it was first sent: a caller's own retry must not reach a second ledger. */

const inOrder = { strategy: firstListed, health: false } as const

function twoLedgers(options: FleetOptions = {}): Fleet {
  return fleet({ servers: onLedgers({ e1: 'eu', e2: 'eu', u1: 'us' }), ...inOrder, ...options })
}

/* Sends the first request to the last server of the list, which the strategy would choose last. */
async function payOnLast(balancer: Balancer, first: Scripted): Promise<void> {
  const others = balancer.servers.slice(0, -1).map(() => notSent)
  const { tried } = await pay(balancer, [...others, first])
  expect(tried.split(' ')).toHaveLength(others.length + 1)
}

const ends: [string, Scripted][] = [
  ['unknown', reset],
  ['succeeded', answer(201)],
  ['declined', answer(402)],
  ['rejected', answer(400)],
  ['unauthorized', answer(401)],
  ['pending', answer(202)],
  ['still running', answer(409)],
]

describe.each(ends)('after a request that was %s', (_, first) => {
  test('the caller’s own retry goes to the very same server, where no ledger is declared', async () => {
    const { balancer } = fleet(inOrder)
    await payOnLast(balancer, first)
    expect(await pay(balancer, [answer(201)])).toMatchObject({ tried: 'c', answer: 'answer 201', outcome: 'succeeded' })
  })

  test('it stays on its ledger, whichever server of it', async () => {
    const { balancer } = twoLedgers({ servers: onLedgers({ e1: 'eu', u1: 'us', u2: 'us' }) })
    await pay(balancer, [notSent, first])
    expect(await pay(balancer, [notSent, answer(201)])).toMatchObject({ tried: 'u1 u2', outcome: 'succeeded' })
  })

  test('another key goes where the strategy says', async () => {
    const { balancer } = fleet(inOrder)
    await payOnLast(balancer, first)
    expect(await pay(balancer, [answer(201)], { key: 'order-18' })).toMatchObject({ tried: 'a' })
  })

  test('and so does the same key of another tenant', async () => {
    const { balancer } = fleet(inOrder)
    await payOnLast(balancer, first)
    expect(await pay(balancer, [answer(201)], { ...keyed, keyScope: 'tenant-2' })).toMatchObject({ tried: 'a' })
  })
})

test('a payment that was never executed frees its key', async () => {
  const { balancer } = fleet({ ...inOrder, failover: { maxAttempts: 1 } })
  expect(await pay(balancer, [notSent])).toMatchObject({ outcome: 'not-executed' })
  balancer.remove('a')
  expect(await pay(balancer, [answer(201)])).toMatchObject({ tried: 'b', outcome: 'succeeded' })
})

const losses: [string, (balancer: Balancer) => void][] = [
  ['were removed', (balancer) => ['e1', 'e2'].forEach((id) => balancer.remove(id))],
  ['are draining', (balancer) => ['e1', 'e2'].forEach((id) => void balancer.drain(id))],
  ['were replaced', (balancer) => balancer.replace(onLedgers({ u1: 'us' }))],
  ['were updated to another ledger', (balancer) => ['e1', 'e2'].forEach((id) => balancer.update(id, { ledger: 'us' }))],
]

describe.each(losses)('when all servers of its ledger %s', (_, lose) => {
  test.each<[string, Scripted, string]>([
    ['open', reset, 'unknown'],
    ['pending', answer(202), 'unknown'],
    ['succeeded', answer(201), 'succeeded'],
    ['declined', answer(402), 'not-executed'],
  ])('a key that is %s is sent nowhere else', async (__, first, outcome) => {
    const { balancer } = twoLedgers({ failover: { maxAttempts: 1 } })
    await pay(balancer, [first])
    lose(balancer)
    const { tried, error, outcome: told } = await pay(balancer, [answer(201)])
    expect([tried, told]).toEqual(['', outcome])
    expect(PaylbError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({ code: 'no-server-available', outcome })
    expect(balancer.snapshot().inFlight).toBe(0)
  })
})

test.each<[string, Scripted, string]>([
  ['open', reset, 'unknown'],
  ['succeeded', answer(201), 'succeeded'],
])('a retry that provably was not sent says so, and what the earlier request was: %s', async (_, first, outcome) => {
  const { balancer } = twoLedgers({ failover: { maxAttempts: 1 } })
  await pay(balancer, [first])
  const { error } = await pay(balancer, [notSent])
  expect(error).toMatchObject({
    code: 'not-executed',
    outcome,
    retryAfterMs: 1_000,
    attempts: [{ outcome: 'not-sent' }],
  })
  expect(error?.message).toContain(`an earlier request with the same key: ${outcome}`)
})

test('its ledger is asked again as soon as it is back', async () => {
  const { balancer } = twoLedgers({ failover: { maxAttempts: 1 } })
  await pay(balancer, [reset])
  balancer.replace(onLedgers({ u1: 'us' }))
  await pay(balancer, [])
  balancer.replace(onLedgers({ u1: 'us', e9: 'eu' }))
  expect(await pay(balancer, [answer(201)])).toMatchObject({ tried: 'e9', outcome: 'succeeded' })
})

test('a server that got another address keeps its keys, since its id names its ledger', async () => {
  const { balancer } = fleet(inOrder)
  await payOnLast(balancer, reset)
  balancer.update('c', { url: 'http://moved.test:8080' })
  expect(await pay(balancer, [answer(201)])).toMatchObject({ tried: 'c' })
})

describe('what earlier requests under the key left behind', () => {
  test.each<[string, Scripted, Scripted, string]>([
    ['a refusal proves nothing about one that is open', reset, answer(400), 'unknown'],
    ['nor does a 401', reset, answer(401), 'unknown'],
    ['nor does a 422', reset, answer(422), 'unknown'],
    ['nor does a 421', reset, answer(421), 'unknown'],
    ['nor does nothing sent at all', reset, notSent, 'unknown'],
    ['a 201 under the same key closes it', reset, answer(201), 'succeeded'],
    ['a refusal does not undo a success', answer(201), answer(400), 'succeeded'],
    ['nor does nothing sent at all', answer(201), notSent, 'succeeded'],
    ['but a 422 says that this one is another request', answer(201), answer(422), 'rejected'],
    ['a doubt is a doubt, also after a success', answer(201), reset, 'unknown'],
    ['a refusal after a decline is a refusal', answer(402), answer(400), 'rejected'],
    ['a success after a decline is a success', answer(402), answer(201), 'succeeded'],
  ])('%s', async (_, first, second, outcome) => {
    const { balancer } = fleet({ servers: lettered(1, 1), ...inOrder, failover: { maxAttempts: 1 } })
    await pay(balancer, [first])
    expect(await pay(balancer, [second])).toMatchObject({ tried: 'a', outcome })
  })

  test.each<[string, BalancerOptions['ledgers'], string]>([
    ['closes it where the ledger replays everything', {}, 'declined'],
    ['proves nothing where it replays successes only', { eu: { replays: 'successes' } }, 'unknown'],
    ['proves nothing where it fails open', { eu: { failsOpen: true } }, 'unknown'],
  ])('a decline after an open one %s', async (_, ledgers, outcome) => {
    const { balancer } = twoLedgers({ ...(ledgers && { ledgers }), failover: { maxAttempts: 1 } })
    await pay(balancer, [reset])
    expect(await pay(balancer, [answer(402)])).toMatchObject({ tried: 'e1', outcome })
  })

  test('a decline proves nothing where no ledger is declared', async () => {
    const { balancer } = fleet(inOrder)
    await pay(balancer, [reset])
    expect(await pay(balancer, [answer(402)])).toMatchObject({ outcome: 'unknown' })
  })
})

describe('where servers do not deduplicate at all', () => {
  const none = { ledger: 'none', servers: [serverNamed('a'), serverNamed('b')], ...inOrder } as const

  test.each<[string, Scripted, string]>([
    ['may have been executed', reset, 'unknown'],
    ['is pending', answer(202), 'unknown'],
    ['was executed', answer(201), 'succeeded'],
  ])('a key whose payment %s is not sent again', async (_, first, outcome) => {
    const { balancer } = fleet(none)
    await pay(balancer, [first])
    const { tried, error, outcome: told } = await pay(balancer, [answer(201)])
    expect([tried, told]).toEqual(['', outcome])
    expect(error).toMatchObject({ code: 'payment-in-progress', outcome, retryAfterMs: undefined })
  })

  test.each<[string, Scripted]>([
    ['declined', answer(402)],
    ['rejected', answer(400)],
    ['sent without its credentials', answer(401)],
    ['never sent', { ...notSent, trouble: 'local' }],
  ])('a key whose payment was %s, and so not executed, may be sent again', async (_, first) => {
    const { balancer } = fleet({ ...none, failover: { maxAttempts: 1 } })
    await pay(balancer, [first])
    expect(await pay(balancer, [answer(201)])).toMatchObject({ answer: 'answer 201', outcome: 'succeeded' })
  })

  test('a key that was refused stays as it was', async () => {
    const { balancer } = fleet(none)
    await pay(balancer, [reset])
    await pay(balancer, [])
    expect(await pay(balancer, [])).toMatchObject({ tried: '', outcome: 'unknown' })
    expect(await balancer.unsettled()).toMatchObject([{ key: 'order-17', state: 'open', servers: ['a'] }])
  })
})

test('several ledgers with a journal of this process alone are warned of once, also to those who listen later', () => {
  const { balancer } = twoLedgers()
  const codes: string[] = []
  balancer.observe({ onWarning: ({ code }) => codes.push(code) })
  expect(codes).toEqual(['journal-is-local'])
})

test.each<[string, FleetOptions]>([
  ['one ledger', { ledger: 'shared' }],
  ['no ledger', { ledger: 'none' }],
  ['one server', { servers: lettered(1) }],
])('%s needs no such warning', (_, options) => {
  const codes: string[] = []
  fleet({ ...options, observer: { onWarning: ({ code }) => codes.push(code) } })
  expect(codes).toEqual([])
})

describe('where all servers are of the one ledger that a key is pinned to', () => {
  const lists: (readonly Candidate[])[] = []
  const remembering: Strategy = { pick: (candidates) => (lists.push(candidates), candidates[0]) }

  test('a known key is picked for like a new one, from the list of the pool', async () => {
    lists.length = 0
    const { balancer } = fleet({ ...inOrder, ledger: 'shared', strategy: remembering, failover: { maxAttempts: 1 } })
    await pay(balancer, [reset])
    await pay(balancer, [answer(201)])
    expect(lists).toHaveLength(2)
    expect(lists[1]).toBe(lists[0])
  })

  test('the key still stays there when servers of another ledger join', async () => {
    const { balancer } = fleet({ ...inOrder, ledger: 'shared', failover: { maxAttempts: 1 } })
    await pay(balancer, [reset])
    balancer.replace([serverNamed('x', { ledger: 'other' }), serverNamed('c')])
    expect(await pay(balancer, [answer(201)])).toMatchObject({ tried: 'c', outcome: 'succeeded' })
  })
})
