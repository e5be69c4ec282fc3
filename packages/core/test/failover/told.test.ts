import { describe, expect, test } from 'vitest'
import type { Observer, PaymentEnd } from '../../src/index.ts'
import { fleet, lettered } from '../support/fleet.ts'
import { answer, notSent, reset, scripted } from '../support/scripted-call.ts'
import type { Scripted } from '../support/scripted-call.ts'

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
        keyHash: expect.stringMatching(/^[\da-f]{16}$/u) as unknown,
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
