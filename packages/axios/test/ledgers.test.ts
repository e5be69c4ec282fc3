import { inspect } from 'node:util'
import { Readable } from 'node:stream'
import axios from 'axios'
import { PaylbError } from '@paylb/core'
import { describe, expect, test, vi } from 'vitest'
import { failing } from './support/failing.ts'
import { inOrder } from './support/in-order.ts'
import { answer, ok, refusedUrl, reset, silent, startServer } from './support/servers.ts'

/* A keyed payment goes on to a server that recognises its key, and a key is one payment at a time. */

const keyed = { headers: { 'Idempotency-Key': 'order-17' } }
const shared = { ledger: 'shared' } as const

describe('a payment whose server resets', () => {
  test('goes on to a server of the same ledger, with the same key, path, query and bytes', async () => {
    const [first, second] = [await startServer(reset), await startServer(answer(201, {}, '{"paid":true}'))]
    const payments = inOrder([first.url, second.url], axios.create(), shared)
    const response = await payments.post('/charges', { amount: 1 }, { ...keyed, params: { capture: 'no way' } })
    expect(response).toMatchObject({ status: 201, data: { paid: true }, paylb: { outcome: 'succeeded' } })
    const sent = [...first.seen, ...second.seen]
    expect(sent).toHaveLength(2)
    for (const one of sent) {
      expect(one).toMatchObject({ url: '/charges?capture=no+way', body: '{"amount":1}', method: 'POST' })
      expect(one.headers['idempotency-key']).toBe('order-17')
    }
  })

  test('carries what the call said at first, whatever becomes of its objects meanwhile', async () => {
    const [first, second] = [await startServer(reset), await startServer()]
    const payments = inOrder([first.url, second.url], axios.create(), shared)
    const params = new URLSearchParams({ capture: 'no' })
    payments.interceptors.request.use((config) => {
      payments.paylb.observe({
        onAttemptEnd: () => {
          params.set('capture', 'yes')
          config.headers.set('Idempotency-Key', 'another')
        },
      })
      return config
    })
    await payments.post('/charges', { amount: 1 }, { ...keyed, params })
    expect(second.seen).toMatchObject([{ url: '/charges?capture=no', headers: { 'idempotency-key': 'order-17' } }])
  })

  test.each([
    ['without a key', {}, shared],
    ['where no ledger is declared', keyed, {}],
    ['as a stream', { ...keyed, data: Readable.from(['amount=1']) }, shared],
  ])('is sent once %s', async (_, config, options) => {
    const [first, second] = [await startServer(reset), await startServer()]
    const error = await failing(
      inOrder([first.url, second.url], axios.create(), options).request({ method: 'post', url: '/charges', ...config }),
    )
    expect([error.outcome, error.reason, second.seen.length]).toEqual(['unknown', 'outcome-unknown', 0])
  })
})

describe('the same key while its payment runs', () => {
  test('is pending, typed, and not sent', async () => {
    const server = await startServer(silent)
    const payments = inOrder([server.url], axios.create(), shared)
    const caller = new AbortController()
    const first = failing(payments.post('/charges', { amount: 1 }, { ...keyed, signal: caller.signal }))
    await vi.waitFor(() => expect(server.seen).toHaveLength(1))
    const error = await failing(payments.post('/charges', { amount: 1 }, keyed))
    expect(error).toMatchObject({
      outcome: 'pending',
      reason: 'payment-in-progress',
      retryAfterMs: 1_000,
      code: 'ERR_BAD_REQUEST',
      attempts: [],
      message: 'payment not sent: a request with the same key is still running; its outcome is pending',
    })
    expect(PaylbError.isInstance(error.cause)).toBe(true)
    expect(server.seen).toHaveLength(1)
    caller.abort()
    expect(await first).toMatchObject({ outcome: 'unknown' })
  })

  test.each([
    ['another body', '/charges', { amount: 2 }, {}],
    ['another path', '/refunds', { amount: 1 }, {}],
    ['another query', '/charges', { amount: 1 }, { params: { capture: 'no' } }],
  ])('with %s is rejected, typed, and not sent', async (_, url, data, config) => {
    const server = await startServer(silent)
    const payments = inOrder([server.url], axios.create(), shared)
    const caller = new AbortController()
    const first = failing(payments.post('/charges', { amount: 1 }, { ...keyed, signal: caller.signal }))
    await vi.waitFor(() => expect(server.seen).toHaveLength(1))
    const error = await failing(payments.post(url, data, { ...keyed, ...config }))
    expect(error).toMatchObject({ outcome: 'rejected', reason: 'key-reused', code: 'ERR_BAD_REQUEST', attempts: [] })
    expect(error.message).toBe(
      'payment not sent: the key was used before for another request (POST /charges, or another body); its outcome is rejected',
    )
    expect(server.seen).toHaveLength(1)
    caller.abort()
    await first
  })

  test('of another tenant is another payment', async () => {
    const server = await startServer()
    let calls = 0
    const keyScope = (): string => `shop-${(calls += 1)}`
    const payments = inOrder([server.url], axios.create(), { ...shared, keyScope })
    await Promise.all([payments.post('/charges', '1', keyed), payments.post('/charges', '2', keyed)])
    expect(server.seen).toHaveLength(2)
  })
})

test.each(['succeeded', 'declined'] as const)(
  'an answer that was lost, but is known to be %s, is told so',
  async (said) => {
    const server = await startServer(reset)
    const payments = inOrder([server.url], axios.create(), { reconcile: async () => said })
    const error = await failing(payments.post('/charges', { amount: 1 }, keyed))
    expect(error).toMatchObject({ outcome: said, reason: 'answer-lost', attempts: [{ outcome: 'unknown' }] })
    expect(error.message).toBe(`payment ${said}, as the server says, but its answer was lost; do not send it again`)
    expect(inspect(error)).toContain("reason: 'answer-lost'")
  },
)

test('a key stays with the server it was sent to, where no ledger is declared', async () => {
  const [server, other] = [await startServer(reset), await startServer()]
  const payments = inOrder([server.url, other.url])
  await failing(payments.post('/charges', '1', keyed))
  payments.paylb.replace([other.url, server.url])
  await failing(payments.post('/charges', '1', keyed))
  expect([server.seen.length, other.seen.length]).toEqual([2, 0])
})

test('a retry whose server is down says that it was not sent, and that the first one is unknown', async () => {
  const server = await startServer(reset)
  const payments = inOrder([server.url, (await startServer(ok)).url])
  await failing(payments.post('/charges', '1', keyed))
  payments.paylb.update(new URL(server.url).host, { url: await refusedUrl() })
  const error = await failing(payments.post('/charges', '1', keyed))
  expect([error.outcome, error.reason]).toEqual(['unknown', 'not-executed'])
  expect(error.message).toContain('none reached a server; an earlier request with the same key: unknown')
})
