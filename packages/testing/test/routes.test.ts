import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Echo } from '../src/index.ts'
import { charge, post, send, until } from './support/client.ts'
import { start } from './support/scope.ts'

test('health says ok', async () => {
  const server = await start()
  const reply = await send(`${server.url}/health`)
  expect([reply.status, JSON.parse(reply.body)]).toEqual([200, { status: 'ok' }])
})

test('echo answers what reached the server, byte for byte', async () => {
  const server = await start()
  const headers = { 'X-Mixed-Case': ['one', 'two'], 'content-type': 'text/plain' }
  const reply = await send(`${server.url}/echo/%2E/a?b=%20c`, { method: 'PATCH', headers, body: 'grüße' })
  const echo = JSON.parse(reply.body) as Echo
  expect([echo.method, echo.target]).toEqual(['PATCH', '/echo/%2E/a?b=%20c'])
  expect(echo.headers.filter(([name]) => name === 'X-Mixed-Case')).toEqual([
    ['X-Mixed-Case', 'one'],
    ['X-Mixed-Case', 'two'],
  ])
  const sha256 = createHash('sha256').update('grüße').digest('hex')
  expect(echo.body).toEqual({ length: 7, sha256, text: 'grüße' })
})

test('echo gives only length and hash of a large body', async () => {
  const server = await start()
  const body = 'x'.repeat(200_000)
  const { body: echoed } = JSON.parse((await send(`${server.url}/echo`, { method: 'POST', body })).body) as Echo
  expect(echoed).toEqual({ length: 200_000, sha256: createHash('sha256').update(body).digest('hex'), text: null })
})

test.each([
  { what: 'no JSON', body: '{', key: 'k' },
  { what: 'no object', body: '[1]', key: 'k' },
  { what: 'no amount', body: '{}', key: 'k' },
  { what: 'a negative amount', body: '{"amount":-1}', key: 'k' },
  { what: 'a reference that is no text', body: '{"amount":1,"reference":7}', key: 'k' },
  { what: 'an empty key', body: '{"amount":1}', key: '' },
  { what: 'two keys', body: '{"amount":1}', key: ['a', 'b'] },
  { what: 'a key that is too long', body: '{"amount":1}', key: 'k'.repeat(256) },
])('a charge with $what is answered 400 and not executed', async ({ body, key }) => {
  const server = await start()
  const reply = await send(`${server.url}/charges`, { method: 'POST', headers: { 'idempotency-key': key }, body })
  expect([reply.status, server.stats().executions]).toEqual([400, 0])
})

test('a refund without a charge is answered 400', async () => {
  const server = await start()
  expect((await post(`${server.url}/refunds`, { amount: 1 })).status).toBe(400)
})

test('a charge that is too large is answered 413', async () => {
  const server = await start()
  expect((await post(`${server.url}/charges`, { amount: 1, card: 'x'.repeat(70_000) })).status).toBe(413)
})

test.each(['GET /charges', 'PUT /charges', 'POST /health', 'GET /', 'GET /echoes'])(
  '%s is answered 404',
  async (line) => {
    const server = await start()
    const [method = '', path = ''] = line.split(' ')
    expect((await send(server.url + path, { method })).status).toBe(404)
  },
)

test('the load report is the share of the capacity in flight', async () => {
  const server = await start({ loadReport: true, capacity: 4, faults: { stall: true, times: 1 } })
  const stalled = charge(server, 'stalled').catch(() => undefined)
  await until(() => server.stats().stalls === 1)
  const reply = await send(`${server.url}/health`)
  expect(reply.headers['endpoint-load-metrics']).toBe('TEXT application_utilization=0.5')
  await server.close()
  await stalled
})

test('the load report can be a number of the test’s own, and is off by default', async () => {
  const [reporting, silent] = [await start({ loadReport: () => 0.42 }), await start()]
  const header = 'endpoint-load-metrics'
  expect((await charge(reporting)).headers[header]).toBe('TEXT application_utilization=0.42')
  expect((await charge(silent)).headers).not.toHaveProperty(header)
})

test('recorded requests keep the order, the header fields and the hash of the body', async () => {
  const server = await start({ recordRequests: true })
  await charge(server, 'order-1')
  await charge(server, 'order-1')
  const [first, second] = server.requests
  expect(first).toMatchObject({ method: 'POST', target: '/charges' })
  expect(first?.headers).toContainEqual(['idempotency-key', 'order-1'])
  expect(first?.bodyHash).toBe(second?.bodyHash)
})
