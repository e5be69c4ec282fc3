import { Readable } from 'node:stream'
import axios from 'axios'
import type { AxiosAdapter, InternalAxiosRequestConfig } from 'axios'
import { describe, expect, test } from 'vitest'
import { failing } from './support/failing.ts'
import { inOrder } from './support/in-order.ts'
import { answer, refusedUrl, reset, startServer } from './support/servers.ts'

describe('a server that refuses connections', () => {
  test('is not noticed by the caller', async () => {
    const server = await startServer()
    const payments = inOrder([await refusedUrl(), await refusedUrl(), server.url])
    const response = await payments.post('/charges', { amount: 1 }, { headers: { 'Idempotency-Key': 'order-1' } })
    expect(response.data).toEqual({ ok: true })
    expect(response).toHaveProperty('paylb.outcome', 'succeeded')
    expect(response).toHaveProperty('paylb.attempts.length', 3)
    expect(server.seen).toHaveLength(1)
  })

  test.each([
    { name: 'text', data: 'amount=1;é' },
    { name: 'a buffer', data: Buffer.from('amount=1;é') },
    { name: 'an array buffer', data: new TextEncoder().encode('amount=1;é').buffer },
    { name: 'a form', data: new URLSearchParams({ amount: '1;é' }), sent: 'amount=1%3B%C3%A9' },
  ])('costs no byte of a body that is $name', async ({ data, sent = 'amount=1;é' }) => {
    const server = await startServer()
    await inOrder([await refusedUrl(), server.url]).post('/charges', data)
    expect(server.seen.map((one) => one.body)).toEqual([sent])
  })

  test('cannot make later attempts send what the caller wrote into the buffer meanwhile', async () => {
    const server = await startServer()
    const data = Buffer.from('amount=1')
    const payments = inOrder([await refusedUrl(), server.url])
    payments.paylb.observe({ onAttemptEnd: () => void data.fill('9') })
    await payments.post('/charges', data)
    expect(server.seen.map((one) => one.body)).toEqual(['amount=1'])
  })

  test('when all do, leaves the payment not executed', async () => {
    const payments = inOrder([await refusedUrl(), await refusedUrl()])
    const error = await failing(payments.post('/charges', { amount: 1 }))
    expect(error).toMatchObject({ outcome: 'not-executed', code: 'ERR_NETWORK' })
    expect(error.attempts.map((attempt) => attempt.outcome)).toEqual(['not-sent', 'not-sent'])
    expect(error.message).toContain('payment not executed')
  })
})

describe('a server that resets the connection after it has read the request', () => {
  test('ends a POST as unknown, and no other server sees it', async () => {
    const other = await startServer()
    const resetting = await startServer(reset)
    const payments = inOrder([resetting.url, other.url])
    const error = await failing(payments.post('/charges', { amount: 1 }, { headers: { 'Idempotency-Key': 'order-1' } }))
    expect(error).toMatchObject({ outcome: 'unknown', code: 'ERR_NETWORK' })
    expect(error.message).toMatch(/^payment outcome unknown: the connection broke after the request was sent/u)
    expect([resetting.seen.length, other.seen.length]).toEqual([1, 0])
  })

  test('is not noticed by the caller of a GET', async () => {
    const other = await startServer()
    const resetting = await startServer(reset)
    const response = await inOrder([resetting.url, other.url]).get('/charges/1')
    expect(response.status).toBe(200)
    expect([resetting.seen.length, other.seen.length]).toEqual([1, 1])
  })

  test('proves nothing either on a connection that was used before', async () => {
    const other = await startServer()
    let requests = 0
    const server = await startServer((request, response, seen) => {
      requests += 1
      return requests === 1 ? answer(200)(request, response, seen) : reset(request, response, seen)
    })
    let connections = 0
    server.http.on('connection', () => (connections += 1))
    const payments = inOrder([server.url, other.url])
    await payments.post('/charges')
    const error = await failing(payments.post('/charges'))
    expect(error.outcome).toBe('unknown')
    expect([server.seen.length, other.seen.length]).toEqual([2, 0])
    expect(connections).toBe(1)
  })
})

describe('a body that cannot be read twice', () => {
  test.each([
    { name: 'a stream', data: () => Readable.from(['amount=1']) },
    { name: 'a form with parts', data: form },
    { name: 'a blob', data: () => new Blob(['amount=1']) },
  ])('is sent when it is $name', async ({ data }) => {
    const server = await startServer()
    await inOrder([server.url]).post('/charges', data())
    expect(server.seen[0]?.body).toContain('amount')
  })

  test.each([
    { name: 'a stream', data: () => Readable.from(['amount=1']) },
    { name: 'a form with parts', data: form },
    { name: 'a blob', data: () => new Blob(['amount=1']) },
  ])('is not sent again when it is $name', async ({ data }) => {
    const server = await startServer()
    const error = await failing(inOrder([await refusedUrl(), server.url]).post('/charges', data()))
    expect(error).toMatchObject({ outcome: 'not-executed', attempts: { length: 1 } })
    expect(server.seen).toEqual([])
  })
})

describe('a request that axios itself will not send', () => {
  test('is not offered to the next server', async () => {
    const payments = inOrder(['http://127.0.0.1:1', 'http://127.0.0.1:2'], axios.create({ maxBodyLength: 3 }))
    const error = await failing(payments.post('/charges', 'four'))
    expect(error).toMatchObject({ outcome: 'not-executed', code: 'ERR_BAD_REQUEST', attempts: { length: 1 } })
    expect(error.message).toContain('larger than maxBodyLength')
  })

  test('does not count against a server', async () => {
    const payments = inOrder(['http://127.0.0.1:1'], axios.create({ maxBodyLength: 3 }))
    for (let call = 0; call < 10; call += 1) await failing(payments.post('/charges', 'four'))
    expect(payments.paylb.snapshot()).toMatchObject({ degraded: false })
  })
})

function withoutPromise(config: InternalAxiosRequestConfig): object {
  return { status: 201, statusText: 'Created', data: '{}', headers: {}, config }
}

describe("an adapter of the caller's own", () => {
  test('carries the attempts', async () => {
    const configs: object[] = []
    const instance = axios.create({
      adapter: async (config) => {
        configs.push(config)
        return { status: 200, statusText: 'OK', data: '{}', headers: {}, config }
      },
    })
    await inOrder(['http://127.0.0.1:1', 'http://127.0.0.1:2'], instance).post('/charges')
    expect(configs).toMatchObject([{ url: 'http://127.0.0.1:1/charges', maxRedirects: 0, timeout: 0, data: undefined }])
  })

  test('that answers without a promise, as JavaScript lets it, has answered', async () => {
    const instance = axios.create({ adapter: withoutPromise as unknown as AxiosAdapter })
    expect((await inOrder(['http://127.0.0.1:1'], instance).post('/charges')).status).toBe(201)
  })

  test('is not held to the time for connections, which it does not show', async () => {
    const instance = axios.create({
      adapter: async (config) => {
        await new Promise((resolve) => setTimeout(resolve, 60))
        return { status: 200, statusText: 'OK', data: '{}', headers: {}, config }
      },
    })
    const payments = inOrder(['http://127.0.0.1:1'], instance, { timeouts: { connectMs: 20 } })
    expect((await payments.post('/charges')).status).toBe(200)
  })

  test('cannot prove that nothing was sent', async () => {
    let calls = 0
    const instance = axios.create({
      adapter: async () => {
        calls += 1
        throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
      },
    })
    const error = await failing(inOrder(['http://127.0.0.1:1', 'http://127.0.0.1:2'], instance).post('/charges'))
    expect(error.outcome).toBe('unknown')
    expect(calls).toBe(1)
  })
})

function form(): FormData {
  const data = new FormData()
  data.set('amount', '1')
  return data
}
