import { describe, expect, test } from 'vitest'
import type { PaymentRecord } from '../../src/index.ts'
import { desk } from '../support/desk.ts'
import type { Desk } from '../support/desk.ts'
import { keyed, pay } from '../support/pay.ts'
import { answer, notSent, reset } from '../support/scripted-call.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

/* A journal that hangs holds nobody longer than the payment may take, and what it does later blocks no key. */

const totalMs = 5_000
const soon = () => new Promise((resolve) => setImmediate(resolve))

/* Sleeps last until the clock is moved. */
function deskInTime(): Desk {
  const clock = new VirtualClock({ sleepsPass: false })
  return { ...desk({ clock }), clock }
}

function gate(): { readonly wait: () => Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { wait: () => promise, open: resolve }
}

describe('a journal that does not answer', () => {
  test('when the payment begins: nothing is sent, and it is not executed when its time is up', async () => {
    const { balancer, journal, clock } = deskInTime()
    journal.before.begin = gate().wait
    const paid = pay(balancer, [answer(201)], { ...keyed, totalMs })
    await soon()
    clock.advance(totalMs)
    expect(await paid).toMatchObject({ tried: '', outcome: 'not-executed', error: { code: 'not-executed' } })
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test('and answers later blocks no key: what was claimed too late is let go', async () => {
    const { balancer, journal, clock, log } = deskInTime()
    const { wait, open } = gate()
    journal.before.begin = (call) => (call === 1 ? wait() : undefined)
    const paid = pay(balancer, [answer(201)], { ...keyed, totalMs })
    await soon()
    clock.advance(totalMs)
    await paid
    open()
    await soon()
    expect(log).toEqual(['begin a', 'settle not-executed'])
    expect(await pay(balancer, [answer(201)])).toMatchObject({ tried: 'a', outcome: 'succeeded' })
  })

  test('and then tells of another request with this key lets nothing go', async () => {
    const { balancer, journal, clock, log } = deskInTime()
    const { wait, open } = gate()
    const running = pay(balancer, [async () => (await wait(), answer(201))], keyed)
    await soon()
    journal.before.begin = () => wait()
    const paid = pay(balancer, [answer(201)], { ...keyed, totalMs })
    await soon()
    clock.advance(totalMs)
    expect(await paid).toMatchObject({ tried: '', error: { code: 'not-executed' } })
    open()
    expect(await running).toMatchObject({ outcome: 'succeeded' })
    await soon()
    expect(log).toEqual(['begin a', 'begin a', 'settle succeeded'])
  })

  test.each([
    ['nothing was sent before', notSent, 'not-executed'],
    ['something may have been executed before', reset, 'unknown'],
  ] as const)('before a later attempt makes it none, when %s', async (_, first, outcome) => {
    const { balancer, journal, clock } = deskInTime()
    journal.before.dispatching = gate().wait
    const paid = pay(balancer, [first, answer(201)], { ...keyed, totalMs })
    for (let step = 0; step < 10; step += 1) {
      await soon()
      clock.advance(totalMs / 5)
    }
    expect(await paid).toMatchObject({ tried: 'a', outcome })
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test('when it is told how the payment ended holds nobody, and the payment is found again', async () => {
    const { balancer, journal } = desk()
    journal.before.settle = gate().wait
    expect(await pay(balancer, [answer(201)])).toMatchObject({ tried: 'a', outcome: 'succeeded' })
    const found: PaymentRecord | undefined = await journal.find('order-17')
    expect(found).toMatchObject({ state: 'in-flight', servers: ['a'] })
  })

  test('when it is asked what an earlier request came to leaves the outcome unknown', async () => {
    const { balancer, journal, clock, warnings } = deskInTime()
    for (const id of ['a', 'b', 'c']) void balancer.drain(id)
    journal.find = () => new Promise(() => {})
    const paid = pay(balancer, [answer(201)], { ...keyed, totalMs })
    await soon()
    clock.advance(totalMs)
    expect(await paid).toMatchObject({ tried: '', outcome: 'unknown' })
    expect(warnings.map(({ code }) => code)).toEqual(['journal-failed'])
  })

  test('leaves no timer behind when it answers', async () => {
    const { balancer, journal, clock } = deskInTime()
    journal.before.begin = soon
    await pay(balancer, [answer(201)], { ...keyed, totalMs })
    expect(clock.sleeping).toBe(0)
  })
})
