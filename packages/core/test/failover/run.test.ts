import { describe, expect, test } from 'vitest'
import type { Call, PaylbError } from '../../src/index.ts'
import { fleet, lettered, tally } from '../support/fleet.ts'
import { answer, failing, notSent, reset, scripted, timeout } from '../support/scripted-call.ts'
import type { Scripted } from '../support/scripted-call.ts'

const posts: [string, Partial<Call<string>>][] = [
  ['a bare POST', { method: 'POST' }],
  ['a keyed POST', { method: 'POST', key: 'order-17' }],
  ['a request without a method', {}],
  ['a PUT', { method: 'PUT', key: 'order-17' }],
  ['a DELETE', { method: 'DELETE' }],
]
const safes: [string, Partial<Call<string>>][] = [
  ['a GET', { method: 'GET' }],
  ['a HEAD', { method: 'HEAD' }],
  ['an OPTIONS', { method: 'OPTIONS' }],
  ['a POST to a route marked idempotent', { method: 'POST', idempotent: true }],
]

describe.each(posts)('%s', (_, request) => {
  test.each<[string, Scripted]>([
    ['nothing was sent', notSent],
    ['the server refused with 421', answer(421)],
    ['the server refused with 425', answer(425)],
  ])('moves on when %s', async (__, first) => {
    const call = scripted([first, answer(201)], request)
    await expect(fleet({ random: () => 0 }).balancer.run(call)).resolves.toBe('answer 201')
    expect(call.tried).toEqual(['a', expect.stringMatching(/[bc]/u)])
    expect(call.told).toMatchObject([{ outcome: 'succeeded', attempts: [{ server: 'a' }, { outcome: 'succeeded' }] }])
  })

  test.each<[string, Scripted, string]>([
    ['a reset', reset, 'connection'],
    ['a timeout', timeout, 'timeout'],
    ['a cut answer', { ...reset, status: 200 }, 'connection'],
    ['a malformed answer', { ...reset, trouble: 'malformed' }, 'malformed'],
    ['an attempt that throws', () => Promise.reject(new Error('bug')), 'local'],
  ])('is never sent again after %s', async (__, first, trouble) => {
    const call = scripted([first], request)
    const { balancer } = fleet()
    const error = await failing(balancer.run(call))
    expect(call.tried).toHaveLength(1)
    expect(error).toMatchObject({ code: 'outcome-unknown', outcome: 'unknown', timedOut: trouble === 'timeout' })
    expect(error).toMatchObject({ attempts: [{ evidence: 'sent', outcome: 'unknown', trouble }] })
    expect(call.told).toMatchObject([{ outcome: 'unknown' }])
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test.each([408, 429, 499, 500, 502, 503, 504, 301, 307, 409])('is never sent again after a %d', async (status) => {
    const call = scripted([answer(status)], request)
    await expect(fleet().balancer.run(call)).resolves.toBe(`answer ${status}`)
    expect(call.tried).toHaveLength(1)
    expect(['unknown', 'pending']).toContain(call.told[0]?.outcome)
  })

  test.each([
    [200, 'succeeded'],
    [202, 'pending'],
    [400, 'rejected'],
    [401, 'rejected'],
    [402, 'declined'],
    [403, 'rejected'],
    [404, 'rejected'],
    [422, 'rejected'],
  ])('is given the answer %d at once, as %s', async (status, outcome) => {
    const call = scripted([answer(status)], request)
    await expect(fleet().balancer.run(call)).resolves.toBe(`answer ${status}`)
    expect([call.tried.length, call.told.map((told) => told.outcome)]).toEqual([1, [outcome]])
  })

  test('is not sent again when we ourselves ended it before its last byte', async () => {
    const call = scripted([{ ...timeout, incomplete: true }], request)
    const error = await failing(fleet().balancer.run(call))
    expect(error).toMatchObject({
      code: 'not-executed',
      outcome: 'not-executed',
      attempts: [{ outcome: 'incomplete' }],
    })
    expect(call.tried).toHaveLength(1)
  })
})

describe.each(safes)('%s', (_, request) => {
  test.each<[string, Scripted]>([
    ['nothing was sent', notSent],
    ['a reset', reset],
    ['a timeout', timeout],
    ['a 500', answer(500)],
    ['a 503', answer(503)],
    ['a 429', answer(429)],
    ['an attempt that throws', () => Promise.reject(new Error('bug'))],
  ])('fails over after %s', async (__, first) => {
    const call = scripted([first, answer(200)], request)
    const { balancer } = fleet({ random: () => 0 })
    await expect(balancer.run(call)).resolves.toBe('answer 200')
    expect(call.tried).toEqual(['a', expect.stringMatching(/[bc]/u)])
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test.each([200, 202, 301, 304, 400, 401, 402, 403, 404, 409, 422])('is content with a %d', async (status) => {
    const call = scripted([answer(status)], request)
    await expect(fleet().balancer.run(call)).resolves.toBe(`answer ${status}`)
    expect(call.tried).toHaveLength(1)
  })
})

test('a lower-case method is not taken for a safe one', async () => {
  const call = scripted([reset], { method: 'get' })
  await failing(fleet().balancer.run(call))
  expect(call.tried).toHaveLength(1)
})

describe('attempts', () => {
  test.each([1, 2, 3, 5])('are at most maxAttempts: %d', async (maxAttempts) => {
    const { balancer } = fleet({ servers: lettered(1, 1, 1, 1, 1, 1, 1), failover: { maxAttempts } })
    const call = scripted(Array.from({ length: 9 }, () => notSent))
    const error = await failing(balancer.run(call))
    expect(call.tried).toHaveLength(maxAttempts)
    expect(new Set(call.tried).size).toBe(maxAttempts)
    expect(error).toMatchObject({ code: 'not-executed', outcome: 'not-executed', retryAfterMs: 1_000 })
    expect((error as PaylbError).attempts).toHaveLength(maxAttempts)
  })

  test('are at most three where nothing else is said', async () => {
    const call = scripted(Array.from({ length: 9 }, () => notSent))
    await failing(fleet({ servers: lettered(1, 1, 1, 1, 1) }).balancer.run(call))
    expect(call.tried).toHaveLength(3)
  })

  test('never go to the same server twice while there is another', async () => {
    const { balancer } = fleet({ servers: lettered(1, 1), failover: { maxAttempts: 9 } })
    const call = scripted([notSent, notSent])
    const error = await failing(balancer.run(call))
    expect(call.tried.toSorted()).toEqual(['a', 'b'])
    expect(error).toMatchObject({ code: 'not-executed', attempts: [{}, {}] })
  })

  test('go to the same server again when it is alone', async () => {
    const { balancer } = fleet({ servers: lettered(1) })
    const call = scripted([notSent, notSent, answer(200)])
    await expect(balancer.run(call)).resolves.toBe('answer 200')
    expect(call.tried).toEqual(['a', 'a', 'a'])
  })

  test('move on for free when only the tried server is about to leave', async () => {
    const { balancer, clock } = fleet({
      servers: lettered(1, 1),
      failover: { retryBudget: { ratio: 0, minPerSecond: 0 } },
    })
    const leaving: Scripted = (server) => {
      void balancer.drain(server.id)
      return notSent
    }
    const call = scripted([leaving, answer(200)])
    await expect(balancer.run(call)).resolves.toBe('answer 200')
    expect([call.tried.length, clock.sleeps]).toEqual([2, []])
  })

  test('are numbered, and keep the key', async () => {
    const call = scripted([notSent, notSent, answer(200)], { key: 'order-17' })
    await fleet().balancer.run(call)
    expect(call.contexts).toMatchObject([
      { number: 1, key: 'order-17' },
      { number: 2, key: 'order-17' },
      { number: 3, key: 'order-17' },
    ])
  })

  test('spread over the servers, and not over the neighbour of a dead one', async () => {
    const { balancer } = fleet({ servers: lettered(1, 1, 1, 1), health: false })
    const landed: string[] = []
    const attempt: Call<string>['attempt'] = (server) => {
      if (server.id === 'b') return Promise.resolve(notSent)
      landed.push(server.id)
      return Promise.resolve(answer(200))
    }
    for (let payment = 0; payment < 1_200; payment += 1) await balancer.run({ attempt })
    expect(tally(landed)).toEqual({ a: 400, c: 400, d: 400 })
  })
})
