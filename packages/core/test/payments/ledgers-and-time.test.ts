import { describe, expect, test } from 'vitest'
import { memoryJournal } from '../../src/index.ts'
import type { Balancer } from '../../src/index.ts'
import { fleet } from '../support/fleet.ts'
import type { FleetOptions } from '../support/fleet.ts'
import { JumpingClock } from '../support/jumping-clock.ts'
import { firstListed } from '../support/ledgers.ts'
import { pay } from '../support/pay.ts'
import { answer, reset } from '../support/scripted-call.ts'
import type { Scripted } from '../support/scripted-call.ts'

/* A ledger forgets keys. Close to that time, and whenever the wall clock is not to be trusted, a key protects nothing. */

const ttlMs = 100_000
const hourMs = 3_600_000

interface Aging {
  readonly clock: JumpingClock
  readonly balancer: Balancer
}

const shared = { ledger: 'shared', ledgers: { shared: { ttlMs } } } as const

function aging(options: FleetOptions = shared): Aging {
  const clock = new JumpingClock()
  const { balancer } = fleet({
    clock,
    strategy: firstListed,
    health: false,
    random: () => 0,
    ...options,
  })
  return { clock, balancer }
}

describe('within one request, a payment in doubt', () => {
  test.each<[string, number, string]>([
    ['is sent again below 90 % of the time to live', 89_999, 'a b'],
    ['is not at 90 %', 90_000, 'a'],
    ['is not above', 100_000, 'a'],
    ['is not after the wall clock has gone forward by an hour', hourMs, 'a'],
    ['is not after the wall clock has gone back by an hour', -hourMs, 'a'],
    ['is not after the wall clock has gone back at all', -1, 'a'],
  ])('%s', async (_, ageMs, tried) => {
    const { clock, balancer } = aging()
    const slow: Scripted = () => {
      clock.jumpedMs += ageMs
      return reset
    }
    expect((await pay(balancer, [slow, answer(201)])).tried).toBe(tried)
  })

  test('is not when its key grows too old while the second dispatch is written down', async () => {
    const clock = new JumpingClock()
    const journal = memoryJournal({ clock })
    const { balancer } = aging({ ...shared, clock, journal })
    const write = journal.dispatching.bind(journal)
    journal.dispatching = async (claim, dispatch) => {
      await write(claim, dispatch)
      clock.jumpedMs += ttlMs // a machine that was suspended: only the wall clock shows it
    }
    expect(await pay(balancer, [reset, answer(201)])).toMatchObject({ tried: 'a', error: { outcome: 'unknown' } })
  })

  test('is sent again for a day where nothing else is said', async () => {
    const { clock, balancer } = aging({ ledger: 'shared' })
    const slow: Scripted = () => {
      clock.jumpedMs += 21 * hourMs
      return reset
    }
    expect((await pay(balancer, [slow, answer(201)])).tried).toBe('a b')
  })
})

describe('the caller’s own retry of a payment', () => {
  test.each<[string, number, string]>([
    ['that is open is sent below 90 % of the time to live', 89_999, 'a'],
    ['that is open is not sent at 90 %: the ledger may have forgotten it', 90_000, ''],
    ['that is open is not sent after the wall clock has gone forward by an hour', hourMs, ''],
    ['that is open is not sent after the wall clock has gone back by an hour', -hourMs, ''],
  ])('%s', async (_, ageMs, tried) => {
    const { clock, balancer } = aging({ ...shared, failover: { maxAttempts: 1 } })
    await pay(balancer, [reset])
    clock.jumpedMs += ageMs
    const outcome = tried === '' ? 'unknown' : 'succeeded'
    const code = tried === '' ? 'payment-in-progress' : undefined
    const paid = await pay(balancer, [answer(201)])
    expect([paid.tried, paid.outcome, paid.error?.code]).toEqual([tried, outcome, code])
  })

  test.each<[string, Scripted, number, string, string]>([
    ['that was executed is not sent once the ledger may have forgotten it', answer(201), 90_000, '', 'succeeded'],
    ['that was executed is sent before', answer(201), 89_999, 'a', 'succeeded'],
    ['that was declined is sent in any case', answer(402), 90_000, 'a', 'succeeded'],
    ['that was rejected is sent in any case', answer(400), 90_000, 'a', 'succeeded'],
  ])('%s', async (_, first, ageMs, tried, outcome) => {
    const { clock, balancer } = aging({ ledgers: { a: { ttlMs }, b: { ttlMs }, c: { ttlMs } } })
    await pay(balancer, [first])
    clock.jumpedMs += ageMs
    expect(await pay(balancer, [answer(201)])).toMatchObject({ tried, outcome })
  })

  test('stays pinned when the wall clock jumps, in both directions', async () => {
    const { clock, balancer } = aging({})
    await pay(balancer, [answer(402)])
    balancer.replace(['http://z.test:8080', { id: 'a', url: 'http://a.test:8080' }])
    for (const jumpMs of [hourMs, -2 * hourMs]) {
      clock.jumpedMs += jumpMs
      expect((await pay(balancer, [answer(402)])).tried).toBe('a')
    }
  })
})
