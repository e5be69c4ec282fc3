import { inspect } from 'node:util'
import axios from 'axios'
import type { InternalAxiosRequestConfig } from 'axios'
import { InvalidOptionsError } from '@paylb/core'
import { describe, expect, test, vi } from 'vitest'
import { paylb } from '../src/index.ts'
import type { AttemptRequest } from '../src/index.ts'
import { failing } from './support/failing.ts'
import { inOrder } from './support/in-order.ts'
import { answer, reset, startServer } from './support/servers.ts'

/* Keys that paylb makes, routes that may be repeated, headers of one attempt; and what is refused. */

const shared = { ledger: 'shared' } as const
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u

test.each<[string, object, string]>([
  ['generateKey as text', { generateKey: 'uuid' }, 'generateKey: "uuid" is not allowed'],
  ['keyScope as text', { keyScope: 'x-tenant' }, 'keyScope: "x-tenant" is not allowed'],
  ['onAttempt as an object', { onAttempt: {} }, 'onAttempt: an object is not allowed'],
  ['everything as safe', { safeRoutes: ['/'] }, 'safeRoutes: an array of 1 is not allowed'],
  ['requireKey as text', { requireKey: 'yes' }, 'requireKey: "yes" is not allowed'],
  ['keys that are both required and made', { requireKey: true, generateKey: true }, 'generateKey: contradicts'],
])('%s is refused at once', (_, options, message) => {
  const make = () => paylb(axios.create(), { servers: ['http://127.0.0.1:1'], ...options })
  expect(make).toThrow(InvalidOptionsError)
  expect(make).toThrow(message)
})

describe('generateKey', () => {
  test('gives a bare payment a key, the same on all attempts, and shows it in the config', async () => {
    const [first, second] = [await startServer(reset), await startServer()]
    const payments = inOrder([first.url, second.url], axios.create(), { ...shared, generateKey: true })
    const { config } = await payments.post('/charges', { amount: 1 })
    const key = String(config.headers['Idempotency-Key'])
    expect(key).toMatch(uuid)
    expect([...first.seen, ...second.seen].map((one) => one.headers['idempotency-key'])).toEqual([key, key])
  })

  test('keeps the key of a call that is sent again by an interceptor', async () => {
    const server = await startServer(answer(401))
    const payments = inOrder([server.url], axios.create(), { ...shared, generateKey: true })
    const error = await failing(payments.post('/charges', { amount: 1 }))
    await failing(payments.request(error.config ?? {}))
    const [one, two] = server.seen.map((seen) => seen.headers['idempotency-key'])
    expect(one).toMatch(uuid)
    expect(two).toBe(one)
  })

  test('leaves own keys, GETs and safe routes alone', async () => {
    const server = await startServer()
    const payments = inOrder([server.url], axios.create(), { generateKey: () => 'made', safeRoutes: ['/quotes'] })
    await payments.post('/charges', '', { headers: { 'Idempotency-Key': 'own' } })
    await payments.get('/charges')
    await payments.post('/quotes')
    await payments.post('/charges')
    expect(server.seen.map((one) => one.headers['idempotency-key'])).toEqual(['own', undefined, undefined, 'made'])
  })
})

test.each([
  ['POST', '/charges', false],
  ['GET', '/charges', true],
  ['POST', '/quotes/1', true],
])('requireKey: a %s of %s without a key is sent: %s', async (method, url, isSent) => {
  const server = await startServer()
  const payments = inOrder([server.url], axios.create(), { requireKey: true, safeRoutes: ['POST /quotes'] })
  const outcome = await payments.request({ method, url }).then(
    () => 'sent',
    (error: unknown) => (error as { readonly outcome?: string }).outcome,
  )
  expect([outcome, server.seen.length]).toEqual(isSent ? ['sent', 1] : ['not-executed', 0])
})

test.each([
  ['POST', '/quotes', 2],
  ['POST', '/quotes/17', 2],
  ['PUT', '/customers/1', 2],
  ['POST', '/customers/1', 1],
  ['POST', '/quotes-and-charges', 1],
])('safeRoutes: a %s of %s is sent to %d servers when the first resets', async (method, url, count) => {
  const servers = [await startServer(reset), await startServer()]
  const urls = servers.map((server) => server.url)
  const payments = inOrder(urls, axios.create(), { safeRoutes: ['/quotes', 'PUT /customers'] })
  await payments.request({ method, url }).catch(() => undefined)
  expect(servers.reduce((sum, server) => sum + server.seen.length, 0)).toBe(count)
})

describe('onAttempt', () => {
  test('sets headers for each attempt, in the place of those of the same name', async () => {
    const [first, second] = [await startServer(answer(421)), await startServer()]
    const seen: AttemptRequest[] = []
    const payments = inOrder([first.url, second.url], axios.create(), {
      onAttempt: (request, server) => {
        seen.push(request)
        request.body?.fill(0)
        return { 'X-Signature': `${request.method} ${server.id}${request.target}` }
      },
    })
    await payments.post('/charges', 'amount=1', {
      params: { a: 'b' },
      headers: { 'x-signature': 'own', 'x-other': '1' },
    })
    for (const server of [first, second]) {
      const { host } = new URL(server.url)
      const headers = { 'x-signature': `POST ${host}/charges?a=b`, 'x-other': '1' }
      expect(server.seen).toMatchObject([{ headers, body: 'amount=1' }])
    }
    expect(seen).toMatchObject([{ headers: { 'x-other': '1' } }, { headers: { 'x-signature': 'own' } }])
  })
})

function outOfOrder(): never {
  throw new Error('Bearer abcdef')
}

test.each<[string, object, string]>([
  ['keyScope throws', { keyScope: outOfOrder }, 'keyScope threw: Bearer [redacted]'],
  ['keyScope returns nothing', { keyScope: () => undefined }, 'keyScope returned undefined'],
  ['keyScope is async and rejects', { keyScope: async () => outOfOrder() }, 'keyScope returned a promise'],
  ['keyScope returns control characters', { keyScope: () => 'a\u0000b' }, 'control characters'],
  ['safeRoutes throws', { safeRoutes: outOfOrder }, 'safeRoutes threw'],
  ['safeRoutes returns a word', { safeRoutes: () => 'yes' }, 'safeRoutes returned string'],
  ['onAttempt throws', { onAttempt: outOfOrder }, 'onAttempt threw: Bearer [redacted]'],
  ['onAttempt is async', { onAttempt: async () => ({}) }, 'onAttempt returned a promise'],
  ['onAttempt sets the key', { onAttempt: () => ({ 'Idempotency-Key': 'k' }) }, 'onAttempt set idempotency-key'],
  ['onAttempt sets the host', { onAttempt: () => ({ host: 'evil' }) }, 'onAttempt set host'],
  ['onAttempt sets the length', { onAttempt: () => ({ 'Content-Length': '1' }) }, 'onAttempt set content-length'],
  ['onAttempt sets the connection', { onAttempt: () => ({ Connection: 'close' }) }, 'onAttempt set connection'],
  ['onAttempt sets two lines', { onAttempt: () => ({ 'x-a': 'a\r\nb: c' }) }, 'no header value'],
])('nothing is sent and the payment is not executed when %s', async (_, options, message) => {
  const servers = [await startServer(), await startServer()]
  const urls = servers.map((server) => server.url)
  const payments = inOrder(urls, axios.create(), { ...shared, ...options })
  const error = await failing(payments.post('/charges', '1', { headers: { 'Idempotency-Key': 'order-17' } }))
  expect([error.outcome, error.code]).toEqual(['not-executed', 'ERR_BAD_OPTION'])
  expect(error.message).toContain(message)
  expect(servers.map((server) => server.seen.length)).toEqual([0, 0])
  expect(payments.paylb.snapshot().inFlight).toBe(0)
})

test('a hook that failed is not called again for the next server, and its secrets are shown nowhere', async () => {
  const servers = [await startServer(), await startServer()]
  const urls = servers.map((server) => server.url)
  const onAttempt = vi.fn<() => never>(outOfOrder)
  const error = await failing(inOrder(urls, axios.create(), { onAttempt }).post('/charges', '1'))
  expect(onAttempt).toHaveBeenCalledTimes(1)
  expect(inspect(error) + inspect(error.cause, { depth: 5 })).not.toContain('abcdef')
})

test.each([17, '', 'k'.repeat(256), 'ord\u00e9r', 'a\nb', ' k'])(
  'a key that was made as %j is refused',
  async (key) => {
    const server = await startServer()
    const generateKey = vi.fn<(config: InternalAxiosRequestConfig) => string>(() => key as string)
    const error = await failing(inOrder([server.url], axios.create(), { generateKey }).post('/charges', '1'))
    expect([error.outcome, server.seen.length]).toEqual(['not-executed', 0])
  },
)

test('params that cannot be put together leave the payment not executed', async () => {
  const server = await startServer()
  const paramsSerializer = { serialize: outOfOrder }
  const call = inOrder([server.url]).post('/charges', '1', { params: { a: 1 }, paramsSerializer })
  expect(await failing(call)).toMatchObject({ outcome: 'not-executed', attempts: [] })
  expect(server.seen).toEqual([])
})
