import { describe, expect, test, vi } from 'vitest'
import type { Balancer, BalancerOptions, PaymentRecord, Server, Warning } from '../../src/index.ts'
import { fleet } from '../support/fleet.ts'
import type { FleetOptions } from '../support/fleet.ts'
import { firstListed } from '../support/ledgers.ts'
import { keyed, pay } from '../support/pay.ts'
import { answer, notSent, reset, scripted, streamed } from '../support/scripted-call.ts'
import type { Scripted } from '../support/scripted-call.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

/* When nothing may be sent any more and the outcome is in doubt, the server is asked. Only what it knows for sure counts. */

type Reconcile = NonNullable<BalancerOptions['reconcile']>
type Hook = ReturnType<typeof vi.fn<Reconcile>>

function asking(
  reconcile: Reconcile,
  options: FleetOptions = {},
): { readonly balancer: Balancer; readonly hook: Hook; readonly warnings: Warning[]; readonly unknown: string[] } {
  const warnings: Warning[] = []
  const unknown: string[] = []
  const hook = vi.fn<Reconcile>(reconcile)
  const { balancer } = fleet({
    strategy: firstListed,
    health: false,
    random: () => 0,
    ...options,
    reconcile: hook,
    onUnknown: ({ key }) => unknown.push(key),
    observer: { onWarning: (warning) => warnings.push(warning) },
  })
  return { balancer, hook, warnings, unknown }
}

function outOfOrder(): never {
  throw new Error('out of order')
}

const says =
  (answered: unknown): Reconcile =>
  () =>
    Promise.resolve(answered as Awaited<ReturnType<Reconcile>>)

describe('a payment in doubt that may not be sent again', () => {
  test.each<[string, unknown, string]>([
    ['succeeded', 'succeeded', 'answer-lost'],
    ['declined', 'declined', 'answer-lost'],
    ['not-found', 'unknown', 'outcome-unknown'],
    ['unknown', 'unknown', 'outcome-unknown'],
    ['not-executed', 'unknown', 'outcome-unknown'],
    ['rejected', 'unknown', 'outcome-unknown'],
    [undefined as unknown as string, 'unknown', 'outcome-unknown'],
    [{ outcome: 'succeeded' } as unknown as string, 'unknown', 'outcome-unknown'],
  ])('of which the server says %j is told as %s', async (said, outcome, code) => {
    const { balancer } = asking(says(said))
    const paid = await pay(balancer, [reset])
    expect(paid).toMatchObject({ tried: 'a', outcome, error: { code, outcome, attempts: [{ outcome: 'unknown' }] } })
    expect(balancer.snapshot().counters).toEqual({ [String(outcome)]: 1 })
  })

  test('keeps the real answer that there is, with the outcome that the server knows', async () => {
    const { balancer } = asking(says('succeeded'))
    expect(await pay(balancer, [answer(500)])).toMatchObject({ answer: 'answer 500', outcome: 'succeeded' })
  })

  test.each<[string, Reconcile]>([
    [
      'throws',
      () => {
        throw new Error('out of order')
      },
    ],
    ['rejects', () => Promise.reject(new Error('out of order'))],
  ])('stays unknown where the hook %s, and that is reported once', async (_, reconcile) => {
    const { balancer, warnings } = asking(reconcile)
    expect(await pay(balancer, [reset])).toMatchObject({ outcome: 'unknown' })
    expect(await pay(balancer, [reset], { key: 'order-18' })).toMatchObject({ outcome: 'unknown' })
    expect(warnings.filter(({ code }) => code === 'recovery-hook-failed')).toHaveLength(1)
  })

  test.each([
    ['the time that is left of the call', 5_000, 5_000],
    ['15 s where there is more', 60_000, 15_000],
  ])('waits for a hook that hangs for %s, and no longer', async (_, totalMs, waitedMs) => {
    const clock = new VirtualClock({ sleepsPass: false })
    const signals: AbortSignal[] = []
    const hanging: Reconcile = (_payment, _server, signal) => {
      signals.push(signal)
      return new Promise(() => {})
    }
    const { balancer } = asking(hanging, { clock })
    const paid = pay(balancer, [reset], { ...keyed, totalMs })
    await vi.waitFor(() => expect(clock.sleeps).toEqual([waitedMs]))
    expect(signals[0]?.aborted).toBe(false)
    clock.advance(waitedMs)
    expect(await paid).toMatchObject({ outcome: 'unknown' })
    expect(signals[0]?.aborted).toBe(true)
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test('is not asked about after the deadline', async () => {
    const clock = new VirtualClock()
    const { balancer, hook } = asking(says('succeeded'), { clock })
    const slow: Scripted = () => {
      clock.advance(1_000)
      return reset
    }
    expect(await pay(balancer, [slow], { ...keyed, totalMs: 1_000 })).toMatchObject({ outcome: 'unknown' })
    expect(hook).not.toHaveBeenCalled()
  })

  test('is asked about by its key, with the servers it was sent to', async () => {
    const { balancer, hook } = asking(says('unknown'))
    await pay(balancer, [reset], { ...keyed, keyScope: 'shop', target: '/charges' })
    const [payment, server] = hook.mock.calls[0] as unknown as [PaymentRecord, Server]
    expect(payment).toMatchObject({ key: '\u0000shop\u0000order-17', target: '/charges', servers: ['a'] })
    expect(server.id).toBe('a')
  })

  test('is asked about where it may be known, not where nothing was sent', async () => {
    const { balancer, hook } = asking(says('succeeded'), { ledger: 'shared' })
    expect(await pay(balancer, [reset, notSent, notSent])).toMatchObject({ tried: 'a b c', outcome: 'succeeded' })
    expect(hook.mock.calls.map(([, server]) => server.id)).toEqual(['a'])
  })

  test.each<[string, Scripted[], object, FleetOptions]>([
    ['that has no key', [reset], {}, {}],
    ['that is safe', [reset, reset, reset], { ...keyed, method: 'GET' }, {}],
    ['that is known to be executed', [answer(201)], keyed, {}],
    ['that is known not to be', [notSent, notSent, notSent], keyed, {}],
    ['that was rejected', [answer(400)], keyed, {}],
    ['that is pending', [answer(202)], keyed, {}],
    ['that may be sent again, and is', [reset, answer(201)], keyed, { ledger: 'shared' }],
  ])('nobody is asked about one %s', async (_, steps, request, options) => {
    const { balancer, hook } = asking(says('succeeded'), options)
    await pay(balancer, steps, request)
    expect(hook).not.toHaveBeenCalled()
  })
})

test('a retry that was not sent is told what the server knows of the earlier request', async () => {
  let said: 'unknown' | 'succeeded' = 'unknown'
  const { balancer } = asking(() => Promise.resolve(said), { failover: { maxAttempts: 1 } })
  await pay(balancer, [reset])
  said = 'succeeded'
  expect(await pay(balancer, [notSent])).toMatchObject({ outcome: 'succeeded', error: { code: 'answer-lost' } })
  expect(await balancer.unsettled()).toEqual([])
})

describe('where the ledger replays only successes, the server is asked instead of sent to:', () => {
  const ledgers = { shared: { replays: 'successes' } } as const

  test.each(['not-found', 'unknown', 'declined', 'succeeded'] as const)('%s', async (said) => {
    const { balancer, hook } = asking(says(said), { ledger: 'shared', ledgers })
    expect((await pay(balancer, [answer(500), answer(201)])).tried).toBe('a')
    expect(hook).toHaveBeenCalledTimes(1)
  })
})

describe('what was found out is kept', () => {
  test.each(['succeeded', 'declined'] as const)('%s: nothing is left unsettled, and nobody is told', async (said) => {
    const { balancer, unknown } = asking(says(said))
    await pay(balancer, [reset])
    expect([await balancer.unsettled(), unknown]).toEqual([[], []])
  })

  test('not-found: the payment stays open, on its ledger', async () => {
    const { balancer, unknown } = asking(says('not-found'))
    await pay(balancer, [reset])
    expect(await balancer.unsettled()).toMatchObject([{ key: 'order-17', state: 'open', servers: ['a'] }])
    expect(unknown).toEqual(['order-17'])
    expect(await pay(balancer, [answer(201)])).toMatchObject({ tried: 'a' })
  })

  test('also when a long error answer breaks off after it was found out', async () => {
    const { balancer } = asking(says('succeeded'))
    const long = streamed(500)
    await balancer.run(scripted([long.report], keyed))
    await long.end('cut')
    expect(balancer.snapshot().counters).toEqual({ succeeded: 1 })
    expect(await balancer.unsettled()).toEqual([])
  })
})

describe('onUnknown', () => {
  test('is told once of a payment, however often its caller tries', async () => {
    const { balancer, unknown } = asking(says('unknown'))
    for (let attempt = 0; attempt < 3; attempt += 1) await pay(balancer, [reset])
    expect(unknown).toEqual(['order-17'])
  })

  test('is told anew when the payment was concluded in between', async () => {
    const { balancer, unknown } = asking(says('unknown'))
    for (const step of [reset, answer(201), reset]) await pay(balancer, [step])
    expect(unknown).toEqual(['order-17', 'order-17'])
  })

  test.each<[string, Scripted[], object]>([
    ['a bare payment', [reset], {}],
    ['a payment that ended well', [answer(201)], keyed],
    ['one that was never executed', [notSent, notSent, notSent], keyed],
  ])('is not told of %s', async (_, steps, request) => {
    const { balancer, unknown } = asking(says('unknown'))
    await pay(balancer, steps, request)
    expect(unknown).toEqual([])
  })

  test('that throws breaks nothing, and is reported once', async () => {
    const warnings: string[] = []
    const { balancer } = fleet({ onUnknown: outOfOrder, observer: { onWarning: ({ code }) => warnings.push(code) } })
    expect(await pay(balancer, [reset])).toMatchObject({ outcome: 'unknown' })
    await pay(balancer, [reset], { key: 'order-18' })
    expect(warnings.filter((code) => code === 'recovery-hook-failed')).toHaveLength(1)
  })
})
