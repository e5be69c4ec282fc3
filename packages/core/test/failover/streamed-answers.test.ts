import { describe, expect, test } from 'vitest'
import type { PaymentEnd } from '../../src/index.ts'
import { fleet, lettered } from '../support/fleet.ts'
import { answer, notSent, reset, scripted, streamed } from '../support/scripted-call.ts'

function throwing(): never {
  throw new Error('this hook always throws')
}

function watched(): { readonly ends: PaymentEnd[]; readonly observer: { onPaymentEnd(end: PaymentEnd): void } } {
  const ends: PaymentEnd[] = []
  return { ends, observer: { onPaymentEnd: (end) => ends.push(end) } }
}

describe('an answer whose body is still on its way', () => {
  test('keeps its lease until the body has ended', async () => {
    const { balancer } = fleet()
    const body = streamed(200)
    await balancer.run(scripted([body.report]))
    expect(balancer.snapshot().inFlight).toBe(1)
    await body.end('complete')
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test('counts for health at its head', async () => {
    const { balancer } = fleet({ servers: lettered(1) })
    const body = streamed(500)
    await balancer.run(scripted([body.report]))
    expect(balancer.snapshot().servers[0]).toMatchObject({ outcomes: { unknown: 1 }, inFlight: 1 })
    await body.end('complete')
    expect(balancer.snapshot().servers[0]?.failureRate).toBe(0.5)
  })

  test.each([
    ['cut', 'a failure', 1 / 3],
    ['abandoned', 'no failure', 0],
    ['complete', 'no failure', 0],
  ] as const)('adds, when %s, %s', async (ending, _, failureRate) => {
    const { balancer } = fleet({ servers: lettered(1) })
    const body = streamed(200)
    await balancer.run(scripted([body.report]))
    await body.end(ending)
    expect(balancer.snapshot().servers[0]?.failureRate).toBeCloseTo(failureRate, 12)
  })

  test('is told without an outcome, and ends the payment with its body', async () => {
    const { ends, observer } = watched()
    const { balancer, clock } = fleet({ observer })
    const body = streamed(201)
    const call = scripted([body.report])
    await balancer.run(call)
    expect(call.told.map((told) => told.outcome)).toEqual([undefined])
    expect(ends).toEqual([])
    clock.advance(70)
    await body.end('complete')
    expect(ends).toMatchObject([{ outcome: 'succeeded', durationMs: 70 }])
    expect(balancer.snapshot().counters).toEqual({ succeeded: 1 })
  })

  test.each(['cut', 'abandoned'] as const)('is unknown when %s, whatever its status said', async (ending) => {
    const { ends, observer } = watched()
    const { balancer } = fleet({ observer })
    const body = streamed(201)
    await balancer.run(scripted([body.report]))
    await body.end(ending)
    expect(ends.map((end) => end.outcome)).toEqual(['unknown'])
  })

  test('is cut when its promise rejects against the rules', async () => {
    const { ends, observer } = watched()
    const { balancer } = fleet({ observer, servers: lettered(1) })
    const body = streamed(201)
    await balancer.run(scripted([body.report]))
    await body.fail()
    expect(ends.map((end) => end.outcome)).toEqual(['unknown'])
    expect(balancer.snapshot()).toMatchObject({ inFlight: 0, servers: [{ inFlight: 0 }] })
    expect(balancer.snapshot().servers[0]?.failureRate).toBeGreaterThan(0)
  })
})

describe('an answer that a later attempt takes the place of', () => {
  test('is given up', async () => {
    const { balancer } = fleet()
    const body = streamed(421)
    let isDiscarded = false
    const first = { ...body.report, discard: () => (isDiscarded = true) }
    await expect(balancer.run(scripted([first, answer(200)], { method: 'GET' }))).resolves.toBe('answer 200')
    expect(isDiscarded).toBe(true)
    expect(balancer.snapshot().inFlight).toBe(1)
    await body.end('abandoned')
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test('costs no payment when it cannot be given up', async () => {
    const { ends, observer } = watched()
    const { balancer } = fleet({ observer })
    const first = { ...streamed(421).report, discard: throwing }
    await expect(balancer.run(scripted([first, answer(200)], { method: 'GET' }))).resolves.toBe('answer 200')
    expect(ends.map((end) => end.outcome)).toEqual(['succeeded'])
  })

  test.each([421, 425])('is no proof that a payment was refused, even if it begins with %d', async (status) => {
    const { ends, observer } = watched()
    const { balancer } = fleet({ observer })
    const body = streamed(status)
    const call = scripted([body.report, answer(200)])
    await expect(balancer.run(call)).resolves.toBe(`answer ${status}`)
    expect(call.tried).toHaveLength(1)
    await body.end('cut')
    expect(ends.map((end) => end.outcome)).toEqual(['unknown'])
  })

  test('is kept when no other answer comes, and ends the payment at once', async () => {
    const { ends, observer } = watched()
    const { balancer } = fleet({ observer })
    const body = streamed(503)
    let isDiscarded = false
    const first = { ...body.report, discard: () => (isDiscarded = true) }
    const call = scripted([first, reset, notSent], { method: 'GET' })
    await expect(balancer.run(call)).resolves.toBe('answer 503')
    expect([isDiscarded, call.told.map((told) => told.outcome)]).toEqual([false, ['unknown']])
    await body.end('cut')
    expect(ends.map((end) => end.outcome)).toEqual(['unknown'])
    expect(balancer.snapshot().inFlight).toBe(0)
  })
})
