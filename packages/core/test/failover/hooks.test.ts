import { describe, expect, test } from 'vitest'
import type { Balancer, Observer, OutcomeKind, PaymentEnd, Warning } from '../../src/index.ts'
import { fleet, lettered } from '../support/fleet.ts'
import type { FleetOptions } from '../support/fleet.ts'
import { answer, failing, notSent, reset, scripted } from '../support/scripted-call.ts'
import type { Scripted } from '../support/scripted-call.ts'

const throwing = (): never => {
  throw new Error('this hook always throws')
}

interface Watched {
  readonly balancer: Balancer
  readonly warnings: Warning[]
  readonly ends: PaymentEnd[]
}

function watched(options: FleetOptions = {}): Watched {
  const warnings: Warning[] = []
  const ends: PaymentEnd[] = []
  const { balancer } = fleet(options)
  balancer.observe({ onWarning: (warning) => warnings.push(warning), onPaymentEnd: (end) => ends.push(end) })
  return { balancer, warnings, ends }
}

const everyHook: Observer = {
  onPick: throwing,
  onAttemptEnd: throwing,
  onPaymentEnd: throwing,
  onHealthChange: throwing,
  onServerAdded: throwing,
  onServerRemoved: throwing,
  onWarning: throwing,
  onClose: throwing,
}

describe('a payment goes on', () => {
  const cases: [string, FleetOptions, Parameters<typeof scripted>[1]][] = [
    ['an observer', { observer: everyHook }, {}],
    ['the classifier', { classify: throwing }, {}],
    ['the strategy', { strategy: { pick: throwing } }, {}],
    ['onTold', {}, { onTold: throwing }],
  ]

  test.each(cases)('when %s throws', async (_, options, call) => {
    const { balancer, warnings, ends } = watched(options)
    for (let payment = 0; payment < 3; payment += 1) {
      await expect(balancer.run(scripted([notSent, answer(200)], call))).resolves.toBe('answer 200')
    }
    expect(ends.map((end) => end.outcome)).toEqual(['succeeded', 'succeeded', 'succeeded'])
    expect(balancer.snapshot()).toMatchObject({ inFlight: 0, counters: { succeeded: 3 } })
    expect(warnings).toHaveLength(1)
  })

  test('but is not sent again when replayable throws', async () => {
    const { balancer, warnings } = watched()
    const call = scripted([notSent], { replayable: throwing })
    expect(await failing(balancer.run(call))).toMatchObject({ outcome: 'not-executed' })
    expect(call.tried).toHaveLength(1)
    expect(warnings.map((warning) => warning.code)).toEqual(['caller-hook-threw'])
  })

  test('when an observer returns a promise that rejects', async () => {
    const observer = { onPick: () => Promise.reject(new Error('late')) } as unknown as Observer
    const { balancer, warnings } = watched({ observer })
    await expect(balancer.run(scripted([answer(200)]))).resolves.toBe('answer 200')
    await expect.poll(() => warnings.map((warning) => warning.code)).toEqual(['observer-threw'])
  })
})

describe('an attempt that breaks its promise is unknown, and its lease is released', () => {
  test.each<[string, unknown]>([
    ['throws', throwing],
    ['rejects', () => Promise.reject(new Error('late'))],
    ['rejects with nothing', () => Promise.reject()],
    ['gives no report', () => undefined],
    ['gives a report without evidence', () => ({ status: 200 })],
    ['gives a report with evidence of its own', () => ({ evidence: 'maybe', status: 200 })],
  ])('when it %s', async (_, step) => {
    const { balancer, ends } = watched()
    const call = scripted([step as Scripted, answer(200)])
    const error = await failing(balancer.run(call))
    expect(error).toMatchObject({ outcome: 'unknown', attempts: [{ evidence: 'sent', trouble: 'local' }] })
    expect(call.tried).toHaveLength(1)
    expect(ends.map((end) => end.outcome)).toEqual(['unknown'])
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test('and says nothing about the server', async () => {
    const { balancer } = watched({ servers: lettered(1, 1) })
    for (let payment = 0; payment < 20; payment += 1) await failing(balancer.run(scripted([throwing])))
    expect(balancer.snapshot().degraded).toBe(false)
  })

  test('headers that cannot be read cost nothing', async () => {
    const headers = { get: throwing } as unknown as Headers
    const unreadable = answer(503, { headers })
    const { balancer, ends } = watched({ strategy: 'load-based' })
    await expect(balancer.run(scripted([unreadable]))).resolves.toBe('answer 503')
    expect(ends.map((end) => end.outcome)).toEqual(['unknown'])
    expect(balancer.snapshot().inFlight).toBe(0)
  })
})

/* What an answer means with this word of the hook, and what was warned of. */
async function outcomeOf(refined: unknown, status = 200): Promise<[OutcomeKind | undefined, readonly Warning[]]> {
  const { balancer, ends, warnings } = watched({ classify: () => refined as OutcomeKind })
  await balancer.run(scripted([answer(status)])).catch(() => undefined)
  return [ends[0]?.attempts[0]?.outcome, warnings]
}

describe('the classify hook', () => {
  test.each<OutcomeKind>([
    'overloaded',
    'in-progress',
    'key-misuse',
    'unknown',
    'declined',
    'rejected',
    'unauthorized',
    'pending',
    'succeeded',
  ])('may say that an answer means %s', async (kind) => {
    expect(await outcomeOf(kind)).toEqual([kind, []])
    expect(await outcomeOf(kind, 500)).toEqual([kind, []])
  })

  test.each(['not-sent', 'refused', 'incomplete', 'failed', '__proto__', 7, {}, null, Promise.resolve('succeeded')])(
    'may not say that an answered request means %s',
    async (refined) => {
      const [kind, warnings] = await outcomeOf(refined, 500)
      expect(kind).toBe('unknown')
      expect(warnings.map((warning) => warning.code)).toEqual(['classifier-failed'])
    },
  )

  test('may leave an answer as it is', async () => {
    expect(await outcomeOf(undefined, 402)).toEqual(['declined', []])
    expect(await outcomeOf('refused', 421)).toEqual(['refused', []])
  })

  test.each(['not-sent', 'refused'])('cannot open the way to a second attempt with %s', async (refined) => {
    const { balancer } = watched({ classify: () => refined as OutcomeKind })
    const call = scripted([answer(500), answer(200)])
    await balancer.run(call)
    expect(call.tried).toHaveLength(1)
  })

  test('sees status, headers and, where it was held, the body', async () => {
    const seen: unknown[] = []
    const { balancer } = watched({ classify: (one) => void seen.push(one) })
    const headers = new Headers({ 'x-code': '51' })
    const body = new Uint8Array([1, 2])
    await balancer.run(scripted([answer(200, { headers, body })]))
    await balancer.run(scripted([answer(200, { headers })]))
    expect(seen).toEqual([
      { status: 200, headers, body },
      { status: 200, headers },
    ])
  })

  test('is not asked where there is no answer', async () => {
    let asked = 0
    const { balancer } = watched({ classify: () => void (asked += 1) })
    await failing(balancer.run(scripted([{ ...reset, status: 200 }])))
    expect(asked).toBe(0)
  })

  test('turns a body that says no into a decline, which does not hurt the server', async () => {
    const { balancer, ends } = watched({ servers: lettered(1, 1), classify: () => 'declined' })
    for (let payment = 0; payment < 30; payment += 1) await balancer.run(scripted([answer(500)]))
    expect(new Set(ends.map((end) => end.outcome))).toEqual(new Set(['declined']))
    expect(balancer.snapshot().degraded).toBe(false)
  })
})

describe('what is told', () => {
  test.each<[string, Scripted[]]>([
    ['an answer', [answer(200)]],
    ['an answer after a move', [notSent, answer(402)]],
    ['no answer', [reset]],
    ['no server that was reached', [notSent, notSent, notSent]],
  ])('is told exactly once, before run ends: %s', async (_, steps) => {
    const order: string[] = []
    const { balancer } = fleet({ observer: { onPaymentEnd: () => order.push('end') } })
    const call = scripted(steps, { onTold: () => order.push('told') })
    await balancer.run(call).then(
      () => order.push('run'),
      () => order.push('run'),
    )
    expect(order).toEqual(['told', 'end', 'run'])
  })

  test('has the payment’s record, ready for a logger', async () => {
    const { balancer, clock } = fleet({ random: () => 0 })
    const ends: PaymentEnd[] = []
    balancer.observe({ onPaymentEnd: (end) => ends.push(end) })
    const startedAt = clock.wallTime()
    const slow: Scripted = () => {
      clock.advance(120)
      return answer(201)
    }
    await balancer.run(scripted([notSent, slow], { method: 'POST', key: 'order-17' }))
    expect(ends).toEqual([
      {
        method: 'POST',
        keyed: true,
        outcome: 'succeeded',
        startedAt,
        durationMs: 120,
        attempts: [
          {
            server: 'a',
            evidence: 'not-sent',
            outcome: 'not-sent',
            trouble: 'connection',
            startedAfterMs: 0,
            durationMs: 0,
          },
          { server: 'b', evidence: 'answered', outcome: 'succeeded', status: 201, startedAfterMs: 0, durationMs: 120 },
        ],
      },
    ])
  })

  test('is in program order', async () => {
    const order: string[] = []
    const observer: Observer = {
      onPick: ({ isRetry }) => order.push(isRetry ? 'pick again' : 'pick'),
      onAttemptEnd: (attempt) => order.push(attempt.outcome),
      onPaymentEnd: (end) => order.push(`payment ${end.outcome}`),
    }
    const { balancer } = fleet({ observer })
    await balancer.run(scripted([notSent, answer(200)]))
    expect(order).toEqual(['pick', 'not-sent', 'pick again', 'succeeded', 'payment succeeded'])
  })
})

describe('load reports', () => {
  const headers = new Headers({ 'endpoint-load-metrics': 'TEXT application_utilization=0.7' })

  test('are read from answers when the strategy uses them', async () => {
    const { balancer, clock } = fleet({ strategy: 'load-based', servers: lettered(1) })
    clock.advance(10_000)
    await balancer.run(scripted([answer(200, { headers })]))
    expect(balancer.snapshot().servers[0]?.load).toBe(0.7)
  })

  test('are not read otherwise', async () => {
    const { balancer, clock } = fleet({ strategy: 'round-robin', servers: lettered(1) })
    clock.advance(10_000)
    await balancer.run(scripted([answer(200, { headers })]))
    expect(balancer.snapshot().servers[0]?.load).toBeNull()
  })
})
