import { describe, expect, test } from 'vitest'
import { JournalFullError, memoryJournal } from '../../src/index.ts'
import { broken, conflict, desk, unavailable } from '../support/desk.ts'
import type { FleetOptions } from '../support/fleet.ts'
import { onLedgers } from '../support/ledgers.ts'
import { keyed, pay } from '../support/pay.ts'
import { answer, notSent, reset } from '../support/scripted-call.ts'
import type { Scripted } from '../support/scripted-call.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

/* Nothing is sent on the strength of what could not be written. */

function full(): never {
  throw new JournalFullError(1)
}

describe('a journal that cannot write ahead', () => {
  test.each<[string, () => never]>([
    ['is out of order', unavailable],
    ['is full', full],
    ['has a bug', broken],
  ])('because it %s makes keyed payments not executed, and nothing is sent', async (_, fail) => {
    const { balancer, journal, log } = desk()
    journal.before.begin = fail
    const { tried, outcome, error } = await pay(balancer, [answer(201)])
    expect([tried, outcome, error?.outcome, error?.code]).toEqual(['', 'not-executed', 'not-executed', 'not-executed'])
    expect(log).toEqual(['begin a'])
    expect(balancer.snapshot()).toMatchObject({ inFlight: 0, counters: { 'not-executed': 1 } })
  })

  test('never stops bare payments and GETs', async () => {
    const { balancer, journal } = desk()
    journal.before.begin = unavailable
    expect(await pay(balancer, [answer(201)], {})).toMatchObject({ outcome: 'succeeded' })
    expect(await pay(balancer, [answer(200)], { ...keyed, method: 'GET' })).toMatchObject({ outcome: 'succeeded' })
  })

  test.each<[string, Scripted, string]>([
    ['nothing was sent before', notSent, 'not-executed'],
    ['something may have been executed before', reset, 'unknown'],
  ])('for a later attempt stops there, when %s', async (_, first, outcome) => {
    const { balancer, journal } = desk()
    journal.before.dispatching = unavailable
    expect(await pay(balancer, [first, answer(201)])).toMatchObject({ tried: 'a', outcome, error: { outcome } })
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test('keeps what it knows: a full journal still takes keys that it has', async () => {
    const clock = new VirtualClock()
    const journal = memoryJournal({ maxEntries: 1, clock })
    const { balancer } = desk({ journal, clock, failover: { maxAttempts: 1 } })
    await pay(balancer, [reset])
    expect(await pay(balancer, [answer(201)], { key: 'order-18' })).toMatchObject({
      tried: '',
      outcome: 'not-executed',
    })
    expect(await pay(balancer, [answer(201)])).toMatchObject({ outcome: 'succeeded' })
    expect(await pay(balancer, [answer(201)], { key: 'order-18' })).toMatchObject({ outcome: 'succeeded' })
  })
})

describe('with onJournalFailure: continue', () => {
  const goingOn = { onJournalFailure: 'continue' } as const

  test.each<[string, Scripted[], string, string]>([
    ['goes on', [answer(201)], 'a', 'succeeded'],
    ['moves on after nothing was sent', [notSent, answer(201)], 'a b', 'succeeded'],
    ['never sends again what may have been executed', [reset, answer(201)], 'a', 'unknown'],
    ['never sends again what was overloaded', [answer(503), answer(201)], 'a', 'unknown'],
  ])('a payment that could not be written %s', async (_, steps, tried, outcome) => {
    const { balancer, journal, warnings } = desk(goingOn)
    journal.before.begin = unavailable
    expect(await pay(balancer, steps)).toMatchObject({ tried, outcome })
    expect(warnings.map(({ code }) => code)).toEqual(['journal-failed'])
  })

  test('the journal is not asked again for that payment', async () => {
    const { balancer, journal, log } = desk(goingOn)
    journal.before.begin = unavailable
    await pay(balancer, [notSent, notSent, answer(201)])
    expect(log).toEqual(['begin a'])
  })

  test('a later attempt that could not be written goes on too, and the payment is settled all the same', async () => {
    const { balancer, journal, log } = desk(goingOn)
    journal.before.dispatching = unavailable
    expect(await pay(balancer, [notSent, answer(201)])).toMatchObject({ tried: 'a b', outcome: 'succeeded' })
    expect(log).toEqual(['begin a', 'dispatching b', 'settle succeeded'])
    expect(await pay(balancer, [answer(201)])).toMatchObject({ tried: 'a', outcome: 'succeeded' })
  })

  test('what is known of the key still holds: it never moves to another ledger', async () => {
    const servers = onLedgers({ e1: 'eu', u1: 'us' })
    const { balancer, journal } = desk({ ...goingOn, servers, failover: { maxAttempts: 2 } })
    await pay(balancer, [notSent, reset])
    journal.before.dispatching = unavailable
    expect(await pay(balancer, [notSent, answer(201)])).toMatchObject({ tried: 'u1', outcome: 'unknown' })
  })

  test('a lost claim is no failure to write: nothing is sent', async () => {
    const { balancer, journal } = desk(goingOn)
    journal.before.dispatching = conflict
    expect(await pay(balancer, [notSent, answer(201)])).toMatchObject({ tried: 'a', outcome: 'unknown' })
  })
})

describe('a claim that was lost to another process', () => {
  test.each<[string, Scripted]>([
    ['after nothing was sent', notSent],
    ['after something was', reset],
    ['after the server refused', answer(421)],
  ])('ends the payment as unknown, and nothing more is sent: %s', async (_, first) => {
    const { balancer, journal } = desk()
    journal.before.dispatching = conflict
    expect(await pay(balancer, [first, answer(201)])).toMatchObject({ tried: 'a', outcome: 'unknown' })
    expect(balancer.snapshot()).toMatchObject({ inFlight: 0, counters: { unknown: 1 } })
  })

  test('so it is no 503 that invites to try again', async () => {
    const { balancer, journal } = desk()
    journal.before.dispatching = conflict
    const { error } = await pay(balancer, [notSent])
    expect(error).toMatchObject({ code: 'outcome-unknown', outcome: 'unknown', retryAfterMs: undefined })
  })

  test('before anything was sent, too', async () => {
    const { balancer, journal, clock } = desk()
    journal.before.begin = () => clock.advance(1_001)
    journal.before.dispatching = conflict
    const { tried, outcome, error } = await pay(balancer, [answer(201)])
    expect([tried, outcome, error?.code, error?.outcome]).toEqual(['', 'unknown', 'outcome-unknown', 'unknown'])
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test('is no reason to doubt an answer that is here', async () => {
    const { balancer, journal, warnings } = desk()
    journal.before.settle = conflict
    expect(await pay(balancer, [answer(201)])).toMatchObject({ answer: 'answer 201', outcome: 'succeeded' })
    expect(warnings.map(({ code }) => code)).toEqual(['journal-failed'])
  })
})

describe('a settle that fails', () => {
  test.each<[string, () => never]>([
    ['because the journal is out of order', unavailable],
    ['because of a bug', broken],
  ])('%s changes nothing of the answer, and is warned of once', async (_, fail) => {
    const { balancer, journal, warnings } = desk()
    journal.before.settle = fail
    expect(await pay(balancer, [answer(201)])).toMatchObject({ answer: 'answer 201', outcome: 'succeeded' })
    await pay(balancer, [answer(201)], { key: 'order-18' })
    expect(warnings.map(({ code }) => code)).toEqual(['journal-failed'])
  })
})

test.each<[string, FleetOptions, Scripted[]]>([
  ['no journal that can write', {}, []],
  ['a lost claim', {}, [notSent]],
  ['a server that left', { servers: onLedgers({ a: 'eu' }) }, [reset]],
  ['a strategy that throws', { strategy: { name: 'bad', pick: broken } }, [answer(201)]],
])('no lease is left behind by %s', async (name, options, steps) => {
  const { balancer, journal } = desk(options)
  if (name.startsWith('no journal')) journal.before.begin = unavailable
  if (name.startsWith('a lost')) journal.before.dispatching = conflict
  await pay(balancer, steps)
  expect(balancer.snapshot().inFlight).toBe(0)
})
