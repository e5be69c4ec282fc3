import { describe, expect, test } from 'vitest'
import type { Call } from '../../src/index.ts'
import { broken, desk, sent } from '../support/desk.ts'
import { keyed, pay } from '../support/pay.ts'
import { answer, notSent, reset, streamed } from '../support/scripted-call.ts'
import type { Scripted } from '../support/scripted-call.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

/* Nothing goes out before it is written down, and it is settled when its answer has ended. */

describe('the order of things', () => {
  test.each<[string, Scripted[], string]>([
    ['one attempt', [answer(201)], 'begin a, send a, settle succeeded'],
    [
      'a move after nothing was sent',
      [notSent, answer(201)],
      'begin a, send a, dispatching b, send b, settle succeeded',
    ],
    [
      'a payment in doubt that is sent again',
      [reset, answer(402)],
      'begin a, send a, dispatching b, send b, settle declined',
    ],
    [
      'three servers in doubt',
      [reset, reset, reset],
      'begin a, send a, dispatching b, send b, dispatching c, send c, settle unknown',
    ],
    ['a refusal', [answer(400)], 'begin a, send a, settle rejected'],
    ['an accepted payment', [answer(202)], 'begin a, send a, settle pending'],
  ])('of %s', async (_, steps, order) => {
    const { balancer, log } = desk()
    const inLog = steps.map((step) => sent(log, step))
    await pay(balancer, inLog)
    expect(log.join(', ')).toBe(order)
  })

  test('the write ahead is waited for', async () => {
    const { balancer, journal, log } = desk({ clock: new VirtualClock({ sleepsPass: false }) })
    const written = Promise.withResolvers<void>()
    journal.before.begin = () => written.promise
    const paid = pay(balancer, [sent(log, answer(201))])
    await new Promise((resolve) => setImmediate(resolve))
    expect(log).toEqual(['begin a'])
    written.resolve()
    await paid
    expect(log).toEqual(['begin a', 'send a', 'settle succeeded'])
  })

  test('the answer is not kept waiting for the settle', async () => {
    const { balancer, journal } = desk()
    const written = Promise.withResolvers<void>()
    journal.before.settle = () => written.promise
    expect(await pay(balancer, [answer(201)])).toMatchObject({ answer: 'answer 201', outcome: 'succeeded' })
    written.resolve()
  })

  test.each<[string, 'complete' | 'cut' | 'abandoned', string]>([
    ['whole', 'complete', 'settle succeeded'],
    ['cut', 'cut', 'settle unknown'],
    ['given up', 'abandoned', 'settle unknown'],
  ])('a long answer is settled when its body has ended: %s', async (_, ending, settled) => {
    const { balancer, log } = desk()
    const long = streamed(201)
    await pay(balancer, [long.report])
    expect(log).toEqual(['begin a'])
    await long.end(ending)
    expect(log).toEqual(['begin a', settled])
  })

  test.each<[string, Partial<Call<string>>]>([
    ['a GET', { ...keyed, method: 'GET' }],
    ['a HEAD', { ...keyed, method: 'HEAD' }],
    ['a route marked idempotent', { ...keyed, idempotent: true }],
    ['a bare POST', {}],
  ])('%s never touches the journal', async (_, request) => {
    const { balancer, journal, log } = desk()
    Object.assign(journal.before, { begin: broken, dispatching: broken, settle: broken })
    await pay(balancer, [notSent, answer(200)], request)
    expect(log).toEqual([])
  })

  test('what is written of a payment says what it is, and nothing of its body', async () => {
    const { balancer } = desk({ failover: { maxAttempts: 1 } })
    await pay(balancer, [reset], {
      ...keyed,
      keyScope: 'shop-1',
      method: 'PUT',
      target: '/charges/1',
      fingerprint: () => ({ value: 'hmac', isPartial: true }),
    })
    expect(await balancer.unsettled()).toEqual([
      expect.objectContaining({
        key: '\u0000shop-1\u0000order-17',
        method: 'PUT',
        target: '/charges/1',
        fingerprint: 'hmac',
        isPartialFingerprint: true,
        ledger: 'shared',
        servers: ['a'],
      }),
    ])
  })
})

describe('when the process may have been paused between the decision and the send,', () => {
  test.each([
    [1_000, 'begin a, send a, settle succeeded'],
    [1_001, 'begin a, dispatching a, send a, settle succeeded'],
  ])('here for %d ms, the dispatch is written anew where that was too long', async (pausedMs, order) => {
    const { balancer, journal, clock, log } = desk()
    journal.before.begin = () => clock.advance(pausedMs)
    await pay(balancer, [sent(log, answer(201))])
    expect(log.join(', ')).toBe(order)
  })

  test('it is checked again after each write, also of a later attempt', async () => {
    const { balancer, journal, clock, log } = desk()
    journal.before.dispatching = (call) => clock.advance(call < 3 ? 1_001 : 0)
    await pay(balancer, [sent(log, notSent), sent(log, answer(201))])
    expect(log.join(', ')).toBe(
      'begin a, send a, dispatching b, dispatching b, dispatching b, send b, settle succeeded',
    )
  })

  test('nothing is sent when the time is up by then, and nothing is left open', async () => {
    const { balancer, journal, clock } = desk({ ledger: 'none' })
    journal.before.begin = (call) => clock.advance(call === 1 ? 45_000 : 0)
    expect(await pay(balancer, [answer(201)])).toMatchObject({ tried: '', outcome: 'not-executed' })
    expect(await balancer.unsettled()).toEqual([])
    expect(await pay(balancer, [answer(201)])).toMatchObject({ tried: 'a', outcome: 'succeeded' })
  })

  test('nothing is sent when the caller has left by then', async () => {
    const caller = new AbortController()
    const { balancer, journal } = desk()
    journal.before.begin = () => caller.abort()
    expect(await pay(balancer, [answer(201)], { ...keyed, signal: caller.signal })).toMatchObject({
      tried: '',
      outcome: 'not-executed',
    })
    expect(balancer.snapshot().inFlight).toBe(0)
  })
})

test('a duplicate whose time is up while it claims the key at last was not sent, and leaves nothing open', async () => {
  const { balancer, journal, clock } = desk({ ledger: 'none', duplicates: 'wait', failover: { maxAttempts: 1 } })
  const answered = Promise.withResolvers<typeof reset>()
  const first = pay(balancer, [() => answered.promise])
  journal.before.begin = async (call) => {
    if (call < 3) return
    answered.resolve({ ...notSent, trouble: 'local' })
    await first
    clock.advance(45_000)
  }
  const late = await pay(balancer, [answer(201)])
  expect(late).toMatchObject({ tried: '', outcome: 'not-executed', error: { code: 'not-executed' } })
  expect(await balancer.unsettled()).toEqual([])
})
