import { describe, expect, test, vi } from 'vitest'
import { memoryJournal } from '../../src/index.ts'
import type { Balancer, Call, Fingerprint } from '../../src/index.ts'
import { fleet } from '../support/fleet.ts'
import type { FleetOptions } from '../support/fleet.ts'
import { firstListed } from '../support/ledgers.ts'
import { keyed, pay } from '../support/pay.ts'
import type { Paid } from '../support/pay.ts'
import { answer, notSent, reset } from '../support/scripted-call.ts'
import type { Scripted } from '../support/scripted-call.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

/* The same key at the same time is one payment; the same key with another request is a mistake. */

const inOrder = { ledger: 'shared', strategy: firstListed, health: false, random: () => 0 } as const

/* A payment whose attempt is held until it is told how to end. */
function held(balancer: Balancer, request: Partial<Call<string>> = keyed): { end(step: Scripted): Promise<Paid> } {
  const { promise, resolve } = Promise.withResolvers<Scripted>()
  const paid = pay(
    balancer,
    [
      async (server, context) => {
        const step = await promise
        return typeof step === 'function' ? step(server, context) : step
      },
    ],
    request,
  )
  return {
    end: (step) => {
      resolve(step)
      return paid
    },
  }
}

function failing(): never {
  throw new Error('no secret')
}

function told(value: string, isPartial = false): { fingerprint(): Fingerprint } {
  return { fingerprint: () => ({ value, isPartial }) }
}

describe('a second request with the same key, while the first is running,', () => {
  test('is not sent, and told as pending', async () => {
    const { balancer } = fleet(inOrder)
    const first = held(balancer)
    const { tried, error, outcome } = await pay(balancer, [answer(201)])
    expect([tried, outcome]).toEqual(['', 'pending'])
    expect(error).toMatchObject({ code: 'payment-in-progress', outcome: 'pending', retryAfterMs: 1_000, attempts: [] })
    expect(await first.end(answer(201))).toMatchObject({ outcome: 'succeeded' })
    expect(balancer.snapshot()).toMatchObject({ inFlight: 0, counters: { pending: 1, succeeded: 1 } })
  })

  test('is unknown while an earlier one of that payment is open', async () => {
    const { balancer } = fleet({ ...inOrder, failover: { maxAttempts: 1 } })
    await pay(balancer, [reset])
    const second = held(balancer)
    const { tried, error } = await pay(balancer, [answer(201)])
    expect([tried, error?.outcome, error?.code]).toEqual(['', 'unknown', 'payment-in-progress'])
    await second.end(answer(201))
  })

  test('does not disturb the first one', async () => {
    const { balancer } = fleet({ ...inOrder, failover: { maxAttempts: 1 } })
    const first = held(balancer)
    await pay(balancer, [])
    await first.end(reset)
    expect(await balancer.unsettled()).toMatchObject([{ key: 'order-17', state: 'open' }])
  })

  test.each<[string, Partial<Call<string>>]>([
    ['without a key', {}],
    ['with another key', { key: 'order-18' }],
    ['with the same key of another tenant', { ...keyed, keyScope: 'tenant-2' }],
    ['that is safe', { ...keyed, method: 'GET' }],
    ['on a route marked idempotent', { ...keyed, idempotent: true }],
  ])('is none when it is one %s', async (_, request) => {
    const { balancer } = fleet(inOrder)
    const first = held(balancer)
    expect(await pay(balancer, [answer(201)], request)).toMatchObject({ answer: 'answer 201' })
    await first.end(answer(201))
  })

  test.each<[string, Scripted]>([
    ['ended', answer(201)],
    ['left it unknown', reset],
    ['was never sent', { ...notSent, trouble: 'local' }],
  ])('is sent once the first has %s', async (_, step) => {
    const { balancer } = fleet({ ...inOrder, failover: { maxAttempts: 1 } })
    await held(balancer).end(step)
    expect(await pay(balancer, [answer(201)])).toMatchObject({ tried: 'a', outcome: 'succeeded' })
  })
})

function waiting(options: FleetOptions = {}): { readonly balancer: Balancer; readonly clock: VirtualClock } {
  return fleet({ ...inOrder, duplicates: 'wait', clock: new VirtualClock({ sleepsPass: false }), ...options })
}

describe('with duplicates: wait, it', () => {
  test('waits for the first one to end, and is then sent under the same key', async () => {
    const { balancer, clock } = waiting()
    const first = held(balancer)
    const second = pay(balancer, [answer(201)])
    await vi.waitFor(() => expect(clock.sleeps).toEqual([250]))
    clock.advance(250)
    await vi.waitFor(() => expect(clock.sleeps).toEqual([250, 500]))
    await first.end(answer(201))
    expect(balancer.snapshot().inFlight).toBe(0)
    clock.advance(500)
    expect(await second).toMatchObject({ tried: 'a', answer: 'answer 201', outcome: 'succeeded' })
  })

  test('holds no server while it waits', async () => {
    const { balancer, clock } = waiting()
    const first = held(balancer)
    const second = pay(balancer, [answer(201)])
    await vi.waitFor(() => expect(clock.sleeps).toHaveLength(1))
    expect(balancer.snapshot().inFlight).toBe(1)
    await first.end(answer(201))
    clock.advance(250)
    await second
  })

  test('waits also while an earlier request of that payment is open', async () => {
    const { balancer, clock } = waiting({ failover: { maxAttempts: 1 } })
    await pay(balancer, [reset])
    const second = held(balancer)
    const third = pay(balancer, [answer(201)])
    await vi.waitFor(() => expect(clock.sleeps).toHaveLength(1))
    await second.end(answer(201))
    clock.advance(250)
    expect(await third).toMatchObject({ outcome: 'succeeded' })
  })

  test('gives up at its deadline: pending, and never sent', async () => {
    const { balancer, clock } = waiting()
    const first = held(balancer)
    const second = pay(balancer, [answer(201)], { ...keyed, totalMs: 700 })
    await vi.waitFor(() => expect(clock.sleeps).toHaveLength(1))
    clock.advance(250)
    expect(await second).toMatchObject({ tried: '', outcome: 'pending', error: { code: 'payment-in-progress' } })
    await first.end(answer(201))
  })

  test('ends when its caller leaves, and is never sent', async () => {
    const { balancer, clock } = waiting()
    const caller = new AbortController()
    const first = held(balancer)
    const second = pay(balancer, [answer(201)], { ...keyed, signal: caller.signal })
    await vi.waitFor(() => expect(clock.sleeps).toHaveLength(1))
    caller.abort()
    expect(await second).toMatchObject({ tried: '' })
    expect(await first.end(answer(201))).toMatchObject({ outcome: 'succeeded' })
  })

  test('does not wait for what nobody is working on', async () => {
    const { balancer, clock } = waiting({ ledger: 'none' })
    await pay(balancer, [reset])
    expect(await pay(balancer, [answer(201)])).toMatchObject({ tried: '', outcome: 'unknown' })
    expect(clock.sleeps).toEqual([])
  })
})

describe('the same key with another request', () => {
  const pinned = { ...inOrder, ledger: undefined } as object

  test.each<[string, Scripted]>([
    ['succeeded', answer(201)],
    ['was declined', answer(402)],
    ['was rejected', answer(400)],
  ])('is rejected and not sent when the first one %s', async (_, first) => {
    const { balancer } = fleet(pinned)
    await pay(balancer, [first], { ...keyed, ...told('one'), target: '/charges' })
    const { tried, error, outcome } = await pay(balancer, [answer(201)], { ...keyed, ...told('two') })
    expect([tried, outcome]).toEqual(['', 'rejected'])
    expect(error).toMatchObject({ code: 'key-reused', outcome: 'rejected', attempts: [] })
    expect(error?.message).toContain('POST /charges')
  })

  test('is unknown, not rejected, while the first one is open', async () => {
    const { balancer } = fleet(inOrder)
    await pay(balancer, [reset, reset, reset], { ...keyed, ...told('one') })
    const { tried, error } = await pay(balancer, [answer(201)], { ...keyed, ...told('two') })
    expect([tried, error?.code, error?.outcome]).toEqual(['', 'key-reused', 'unknown'])
  })

  test('is rejected while the first one is running', async () => {
    const { balancer } = fleet(inOrder)
    const first = held(balancer, { ...keyed, ...told('one') })
    expect(await pay(balancer, [], { ...keyed, ...told('two') })).toMatchObject({ tried: '', outcome: 'rejected' })
    expect(await first.end(answer(201))).toMatchObject({ outcome: 'succeeded' })
  })

  test.each<[string, object, object]>([
    ['the fingerprints are equal', told('one'), told('one')],
    ['the first is partial', told('one', true), told('two')],
    ['the second is partial', told('one'), told('two', true)],
    ['the first has none', {}, told('two')],
    ['the second has none', told('one'), {}],
  ])('is not assumed where %s', async (_, one, two) => {
    const { balancer } = fleet(pinned)
    await pay(balancer, [reset], { ...keyed, ...one })
    expect(await pay(balancer, [answer(201)], { ...keyed, ...two })).toMatchObject({ tried: 'a', outcome: 'succeeded' })
  })

  test('the fingerprint is asked for once, and only where it is needed', async () => {
    const { balancer } = fleet({ ...inOrder, duplicates: 'wait' })
    const fingerprint = vi.fn<() => Fingerprint>(() => ({ value: 'one', isPartial: false }))
    await pay(balancer, [answer(200)], { ...keyed, method: 'GET', fingerprint })
    await pay(balancer, [answer(201)], { fingerprint })
    expect(fingerprint).not.toHaveBeenCalled()
    const first = held(balancer)
    await pay(balancer, [], { ...keyed, fingerprint })
    expect(fingerprint).toHaveBeenCalledTimes(1)
    await first.end(answer(201))
  })

  test('one that cannot be made costs the payment, and nothing is sent', async () => {
    const { balancer } = fleet(inOrder)
    expect(await pay(balancer, [answer(201)], { ...keyed, fingerprint: failing })).toMatchObject({
      tried: '',
      outcome: 'not-executed',
    })
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test('one that is made late is the same as one made at once, for what stays in the journal', async () => {
    const journal = memoryJournal()
    const { balancer } = fleet({ ...inOrder, journal, failover: { maxAttempts: 1 } })
    await pay(balancer, [reset], { ...keyed, ...told('one') })
    const kept = { ...(await journal.find('order-17')) }
    expect(kept).toMatchObject({ fingerprint: 'one', isPartialFingerprint: false, servers: ['a'], state: 'open' })
  })
})
