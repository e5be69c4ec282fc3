import { describe, expect, test, vi } from 'vitest'
import { JournalUnavailableError } from '../../src/index.ts'
import { Observers } from '../../src/observer.ts'
import { readOptions } from '../../src/options.ts'
import { Recovery } from '../../src/payments/recovery.ts'
import { Pool } from '../../src/servers/pool.ts'
import { conflict } from '../support/desk.ts'
import { fleet, lettered, serverNamed } from '../support/fleet.ts'
import { leaveOpen, recovering } from '../support/left-open.ts'
import type { Reconcile } from '../support/left-open.ts'
import { onLedgers } from '../support/ledgers.ts'
import { pay } from '../support/pay.ts'
import { answer, failing, reset } from '../support/scripted-call.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

/* Nothing is forgotten: what was left unknown is asked about again, one at a time, until it is known. */

describe('recover', () => {
  test('asks about every payment that was left unknown, and settles what is known', async () => {
    const { balancer, clock, hook, unknown } = recovering()
    await leaveOpen(balancer, 'k1', 'k2', 'k3', 'k4')
    hook.mockClear()
    clock.advance(1_000)
    const answers: Record<string, Awaited<ReturnType<Reconcile>>> = { k1: 'succeeded', k2: 'declined', k3: 'not-found' }
    hook.mockImplementation(({ key }) => Promise.resolve(answers[key] ?? 'unknown'))
    expect(await balancer.recover()).toEqual({ found: 4, succeeded: 1, declined: 1, unknown: 2 })
    expect(hook.mock.calls.map(([payment, server]) => `${payment.key} ${server.id}`)).toEqual(
      ['k1', 'k2', 'k3', 'k4'].map((key) => `${key} a`),
    )
    expect((await balancer.unsettled()).map(({ key }) => key)).toEqual(['k3', 'k4'])
    expect(unknown).toEqual(['k1', 'k2', 'k3', 'k4'])
  })

  test('looks at what was left a moment ago too, for a restart must find what was in flight', async () => {
    const { balancer, hook } = recovering()
    await leaveOpen(balancer, 'k1')
    hook.mockClear()
    expect(await balancer.recover()).toMatchObject({ found: 1 })
    expect(hook).toHaveBeenCalledOnce()
  })

  test('in the background leaves those alone whose callers may be about to ask again', async () => {
    const { balancer, clock, hook, journal } = recovering()
    await leaveOpen(balancer, 'k1')
    hook.mockClear()
    const settings = readOptions({ servers: lettered(1, 1), clock, journal, reconcile: hook })
    const observers = new Observers()
    const recovery = new Recovery(settings, new Pool(settings, observers), observers)
    clock.advance(999)
    expect(await recovery.recover(1_000)).toMatchObject({ found: 0 })
    clock.advance(1)
    expect(await recovery.recover(1_000)).toMatchObject({ found: 1 })
    expect(hook).toHaveBeenCalledOnce()
  })

  test('tells observers what it found, and nothing when there was nothing', async () => {
    const { balancer } = recovering()
    const reports: unknown[] = []
    balancer.observe({ onRecovery: (report) => reports.push(report) })
    await balancer.recover()
    expect(reports).toEqual([])
    await leaveOpen(balancer, 'k1')
    await balancer.recover()
    expect(reports).toEqual([{ found: 1, succeeded: 0, declined: 0, unknown: 1 }])
  })

  test('never looks at one that is being carried', async () => {
    const { balancer, clock, hook } = recovering()
    let report: unknown
    const during = async (): Promise<typeof reset> => {
      clock.advance(5_000)
      report = await balancer.recover()
      return reset
    }
    await pay(balancer, [during])
    expect(report).toMatchObject({ found: 0 })
    expect(hook).toHaveBeenCalledTimes(1)
  })

  test('is one pass at a time: a second call waits for the first', async () => {
    const { balancer, clock, hook } = recovering()
    await leaveOpen(balancer, 'k1')
    hook.mockClear()
    clock.advance(1_000)
    const [one, two] = await Promise.all([balancer.recover(), balancer.recover()])
    expect(two).toBe(one)
    expect(hook).toHaveBeenCalledTimes(1)
    expect(await balancer.recover()).not.toBe(one)
  })

  test('keeps callers away from a payment that it is asking about: 409, and nothing is sent', async () => {
    const { balancer, clock, hook } = recovering({ clock: new VirtualClock({ sleepsPass: false }) })
    await leaveOpen(balancer, 'order-17')
    clock.advance(1_000)
    hook.mockImplementation(async () => {
      expect(await pay(balancer, [answer(201)])).toMatchObject({ tried: '', error: { code: 'payment-in-progress' } })
      return 'succeeded'
    })
    expect(await balancer.recover()).toMatchObject({ succeeded: 1 })
    expect(await pay(balancer, [answer(201)])).toMatchObject({ tried: 'a', outcome: 'succeeded' })
  })

  test('leaves one alone that somebody else was faster with', async () => {
    const { balancer, clock, journal, hook } = recovering()
    await leaveOpen(balancer, 'order-17')
    hook.mockClear()
    clock.advance(1_000)
    journal.before.takeOver = () => pay(balancer, [answer(201)])
    expect(await balancer.recover()).toEqual({ found: 0, succeeded: 0, declined: 0, unknown: 0 })
    expect(hook).not.toHaveBeenCalled()
  })

  test('leaves one to whoever took it over while its server was asked, and goes on to the others', async () => {
    const { balancer, clock, journal } = recovering()
    await leaveOpen(balancer, 'k1', 'k2')
    clock.advance(1_000)
    journal.before.settle = vi.fn<() => void>().mockImplementationOnce(conflict)
    expect(await balancer.recover()).toEqual({ found: 1, succeeded: 0, declined: 0, unknown: 1 })
    expect(journal.before.settle).toHaveBeenCalledTimes(2)
  })

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('out of order')
      },
    ],
    ['rejects', () => Promise.reject(new Error('out of order'))],
    ['answers nonsense', () => Promise.resolve('yes')],
    ['finds nothing, which proves nothing', () => Promise.resolve('not-found')],
  ])('leaves a payment unknown whose hook %s, and goes on to the next', async (_, broken) => {
    const { balancer, clock, hook } = recovering()
    await leaveOpen(balancer, 'k1', 'k2')
    clock.advance(1_000)
    hook.mockImplementation(({ key }) =>
      key === 'k1' ? (broken() as ReturnType<Reconcile>) : Promise.resolve('succeeded'),
    )
    expect(await balancer.recover()).toEqual({ found: 2, succeeded: 1, declined: 0, unknown: 1 })
    expect(await balancer.unsettled()).toMatchObject([{ key: 'k1', state: 'open', hasOpenAttempt: true }])
  })

  test('waits at most 15 s for a hook that hangs', async () => {
    const { balancer, clock, hook } = recovering()
    await leaveOpen(balancer, 'k1')
    clock.advance(1_000)
    clock.sleeps.length = 0
    hook.mockImplementation(() => new Promise(() => {}))
    expect(await balancer.recover()).toMatchObject({ unknown: 1 })
    expect(clock.sleeps).toEqual([15_000])
  })

  test.each([
    ['another server of its ledger', { e2: 'eu', u1: 'us' }, ['e2']],
    ['nobody where its ledger has no server', { u1: 'us' }, []],
  ])('asks %s when its own has left', async (_, left, asked) => {
    const { balancer, clock, hook } = recovering({ servers: onLedgers({ e1: 'eu', e2: 'eu', u1: 'us' }) })
    await leaveOpen(balancer, 'k1')
    clock.advance(1_000)
    balancer.replace(onLedgers(left))
    hook.mockClear()
    expect(await balancer.recover()).toMatchObject({ found: 1, unknown: 1 })
    expect(hook.mock.calls.map(([, server]) => server.id)).toEqual(asked)
  })

  test('asks the one that the payment was sent to last', async () => {
    const failover = { maxAttempts: 2 }
    const { balancer, clock, hook } = recovering({ servers: onLedgers({ e1: 'eu', e2: 'eu' }), failover })
    await pay(balancer, [reset, reset])
    hook.mockClear()
    clock.advance(1_000)
    await balancer.recover()
    expect(hook.mock.calls.map(([, server]) => server.id)).toEqual(['e2'])
  })

  test('without a hook counts and lists', async () => {
    const clock = new VirtualClock()
    const { balancer } = fleet({ clock, servers: [serverNamed('a')], failover: { maxAttempts: 1 } })
    await leaveOpen(balancer, 'k1')
    clock.advance(45_000)
    expect(await balancer.recover()).toEqual({ found: 1, succeeded: 0, declined: 0, unknown: 1 })
    expect(await balancer.unsettled()).toHaveLength(1)
  })

  test('rejects when the journal cannot be read, and can be called again', async () => {
    const { balancer, clock, journal } = recovering()
    await leaveOpen(balancer, 'k1')
    clock.advance(1_000)
    journal.before.takeOver = () => {
      throw new JournalUnavailableError('locked')
    }
    expect(await failing(balancer.recover())).toBeInstanceOf(JournalUnavailableError)
    delete journal.before.takeOver
    expect(await balancer.recover()).toMatchObject({ found: 1 })
  })
})

test('a balancer that is made anew over the same journal finds what the one before it left unknown', async () => {
  const { balancer, clock, journal } = recovering()
  await leaveOpen(balancer, 'k1')
  const { balancer: next } = fleet({
    clock,
    journal,
    recovery: { olderThanMs: 0 },
    reconcile: () => Promise.resolve('succeeded'),
  })
  expect(await next.recover()).toMatchObject({ found: 1, succeeded: 1 })
  expect(await balancer.unsettled()).toEqual([])
})
