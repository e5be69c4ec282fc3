import { describe, expect, test } from 'vitest'
import type { Call } from '../../src/index.ts'
import { broken, conflict, desk, unavailable } from '../support/desk.ts'
import type { Desk } from '../support/desk.ts'
import { onLedgers } from '../support/ledgers.ts'
import { keyed, pay } from '../support/pay.ts'
import { answer, notSent, reset } from '../support/scripted-call.ts'
import type { Scripted } from '../support/scripted-call.ts'

/* Who says that nothing was executed must have asked, and must still have the right to say so. */

const servers = onLedgers({ e1: 'eu', u1: 'us' })

function request(value: string): Partial<Call<string>> {
  return { ...keyed, fingerprint: () => ({ value, isPartial: false }) }
}

/* The attempt takes so long that others may have taken the process for dead. */
function after(one: Desk, step: Scripted): Scripted {
  return (server, context) => {
    one.clock.advance(5_000)
    return typeof step === 'function' ? step(server, context) : step
  }
}

/* The process stands still while its claim is on its way to the journal, until its time is up. */
function lateDesk(): Desk {
  const one = desk()
  one.journal.before.begin = () => one.clock.advance(60_000)
  return one
}

/* Nobody can be picked any more. */
function stop({ balancer }: Desk): void {
  for (const { id } of balancer.servers) void balancer.drain(id)
}

describe('when nobody can be picked for a key', () => {
  test.each<[string, readonly Scripted[], string]>([
    ['was never seen', [], 'not-executed'],
    ['is open from before', [reset], 'unknown'],
    ['has succeeded before', [answer(201)], 'succeeded'],
    ['was declined before', [answer(402)], 'not-executed'],
  ])('that %s', async (_, before, outcome) => {
    const one = desk({ servers, failover: { maxAttempts: 1 } })
    if (before.length > 0) await pay(one.balancer, before)
    stop(one)
    const ended = await pay(one.balancer, [answer(201)])
    expect(ended).toMatchObject({ tried: '', outcome, error: { code: 'no-server-available', outcome } })
  })

  test('whose first request is still running, the outcome is unknown', async () => {
    const one = desk({ servers })
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof answer>>()
    const sent = Promise.withResolvers<void>()
    const waiting = (): Promise<ReturnType<typeof answer>> => {
      sent.resolve()
      return promise
    }
    const running = pay(one.balancer, [waiting])
    await sent.promise
    stop(one)
    expect(await pay(one.balancer, [answer(201)])).toMatchObject({ tried: '', outcome: 'unknown' })
    resolve(answer(201))
    expect(await running).toMatchObject({ outcome: 'succeeded' })
  })

  test('that another request has, this one was not executed', async () => {
    const one = desk({ servers, failover: { maxAttempts: 1 } })
    await pay(one.balancer, [answer(201)], request('one'))
    stop(one)
    expect(await pay(one.balancer, [], request('other'))).toMatchObject({ outcome: 'not-executed' })
    expect(await pay(one.balancer, [], request('one'))).toMatchObject({ outcome: 'succeeded' })
  })

  test('and the journal cannot be read, the outcome is unknown', async () => {
    const one = desk({ servers })
    one.journal.find = unavailable
    stop(one)
    expect(await pay(one.balancer, [answer(201)])).toMatchObject({ tried: '', outcome: 'unknown' })
    expect(one.warnings.map(({ code }) => code)).toContain('journal-failed')
  })

  test('a bare payment asks no journal', async () => {
    const one = desk({ servers })
    one.journal.find = broken
    stop(one)
    expect(await pay(one.balancer, [answer(201)], {})).toMatchObject({ tried: '', outcome: 'not-executed' })
  })
})

test('a ledger whose servers are all off the list for a while is not forgotten', async () => {
  const { balancer } = desk({ servers })
  balancer.remove('u1')
  await pay(balancer, [answer(201)])
  balancer.replace(onLedgers({ u1: 'us', e1: 'eu' }))
  expect(await pay(balancer, [answer(201)])).toMatchObject({ tried: 'e1' })
})

describe('a process that stood still before anything was sent', () => {
  test('and was overtaken says unknown: whoever has the payment now may be sending it', async () => {
    const one = lateDesk()
    one.journal.before.settle = conflict
    expect(await pay(one.balancer, [answer(201)])).toMatchObject({ tried: '', outcome: 'unknown' })
  })

  test('and was not overtaken says that nothing was executed', async () => {
    const one = lateDesk()
    expect(await pay(one.balancer, [answer(201)])).toMatchObject({ tried: '', outcome: 'not-executed' })
    expect(one.log).toEqual(['begin a', 'settle not-executed'])
  })
})

describe('a process that stood still during its attempt', () => {
  test.each<[string, Scripted]>([
    ['not executed', notSent],
    ['rejected', answer(400)],
    ['declined', answer(402)],
  ])('and was overtaken says unknown, not %s', async (_, step) => {
    const one = desk({ failover: { maxAttempts: 1 } })
    one.journal.before.settle = conflict
    expect(await pay(one.balancer, [after(one, step)])).toMatchObject({ tried: 'a', outcome: 'unknown' })
  })

  test('and was not overtaken says what it knows', async () => {
    const one = desk({ failover: { maxAttempts: 1 } })
    expect(await pay(one.balancer, [after(one, notSent)])).toMatchObject({ outcome: 'not-executed' })
    expect(one.log.filter((line) => line.startsWith('settle'))).toEqual(['settle not-executed'])
  })

  test('says unknown too when the journal cannot be asked now', async () => {
    const one = desk({ failover: { maxAttempts: 1 } })
    one.journal.before.settle = unavailable
    expect(await pay(one.balancer, [after(one, notSent)])).toMatchObject({ outcome: 'unknown' })
  })

  test('takes no write that did not come about for proof that the payment is still its own', async () => {
    const one = desk()
    one.journal.before.dispatching = unavailable
    one.journal.before.settle = conflict
    expect(await pay(one.balancer, [after(one, notSent), answer(201)])).toMatchObject({
      tried: 'a',
      outcome: 'unknown',
    })
    expect(one.log.slice(0, 3)).toEqual(['begin a', 'dispatching b', 'settle not-executed'])
  })

  test('a success is told whatever happened', async () => {
    const one = desk()
    one.journal.before.settle = conflict
    expect(await pay(one.balancer, [after(one, answer(201))])).toMatchObject({ outcome: 'succeeded' })
  })
})
