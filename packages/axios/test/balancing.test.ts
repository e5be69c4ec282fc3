import type { Readable } from 'node:stream'
import axios from 'axios'
import { createBalancer } from '@paylb/core'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createAdapter, outcomeOf, paylb } from '../src/index.ts'
import { answer, refusedUrl, startServer, startServers } from './support/servers.ts'

const urlsOf = (servers: readonly { url: string }[]): string[] => servers.map((server) => server.url)

describe('a balanced instance', () => {
  test('is the same instance, with its balancer on it', async () => {
    const servers = await startServers(1)
    const instance = axios.create()
    const payments = paylb(instance, { servers: urlsOf(servers) })
    expect(payments).toBe(instance)
    expect(payments.paylb.servers.map((server) => server.url)).toEqual(urlsOf(servers))
  })

  test('spreads calls over the servers', async () => {
    const servers = await startServers(3)
    const payments = paylb(axios.create(), { servers: urlsOf(servers), strategy: 'round-robin' })
    for (let call = 0; call < 9; call += 1) await payments.post('/charges', { call })
    expect(servers.map((server) => server.seen.length)).toEqual([3, 3, 3])
  })

  test('carries every way of calling an instance', async () => {
    const server = await startServer()
    const payments = paylb(axios.create(), { servers: [server.url] })
    await payments('/a')
    await payments({ url: '/b', method: 'delete' })
    await payments.request({ url: '/c', method: 'PUT', data: 'x' })
    await payments.head('/d')
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /a',
      'DELETE /b',
      'PUT /c',
      'HEAD /d',
    ])
  })

  test('accepts a balancer that was made before', async () => {
    const servers = await startServers(2)
    const balancer = createBalancer({ servers: urlsOf(servers), strategy: 'round-robin' })
    const [one, other] = [paylb(axios.create(), balancer), paylb(axios.create(), balancer, { keyHeader: 'x-key' })]
    await one.get('/')
    await other.get('/')
    expect(one.paylb).toBe(balancer)
    expect(servers.map((server) => server.seen.length)).toEqual([1, 1])
  })

  test('can be put together from createAdapter', async () => {
    const server = await startServer()
    const adapter = createAdapter(createBalancer({ servers: [server.url] }))
    const { data } = await axios.create({ adapter }).get('/charges')
    expect(data).toEqual({ ok: true })
  })

  test('leaves nothing in flight', async () => {
    const servers = await startServers(2)
    const payments = paylb(axios.create(), { servers: urlsOf(servers) })
    await Promise.all(Array.from({ length: 20 }, () => payments.get('/')))
    expect(payments.paylb.snapshot().inFlight).toBe(0)
  })
})

describe('a request', () => {
  test.each([
    { base: '', prefix: '', url: '/charges', expected: '/charges' },
    { base: '', prefix: '', url: 'charges', expected: '/charges' },
    { base: '', prefix: '', url: '', expected: '/' },
    { base: '', prefix: '', url: '?a=1', expected: '/?a=1' },
    { base: '/pay', prefix: '', url: '', expected: '/pay' },
    { base: '/pay', prefix: '/v1/', url: '/charges?a=%2F..', expected: '/pay/v1/charges?a=%2F..' },
    { base: '/pay/', prefix: 'v1', url: 'a%2Fb//c', expected: '/pay/v1/a%2Fb//c' },
  ])(
    'to "$url" under "$prefix" and the server path "$base" asks for $expected',
    async ({ base, prefix, url, expected }) => {
      const server = await startServer()
      const payments = paylb(axios.create({ baseURL: prefix }), { servers: [server.url + base] })
      await payments.get(url)
      expect(server.seen.map((one) => one.url)).toEqual([expected])
    },
  )

  test('has its params serialised by axios', async () => {
    const server = await startServer()
    await paylb(axios.create(), { servers: [server.url] }).get('/charges?a=1', { params: { b: 'x y', c: 2 } })
    expect(server.seen[0]?.url).toBe('/charges?a=1&b=x+y&c=2')
  })

  test('goes through interceptors and transforms once, however many attempts it takes', async () => {
    const server = await startServer()
    const counts = { request: 0, response: 0, transform: 0 }
    const instance = axios.create({
      transformRequest: (data: object) => JSON.stringify({ ...data, n: (counts.transform += 1) }),
    })
    const payments = paylb(instance, { servers: ['http://127.0.0.1:1', server.url], strategy: 'round-robin' })
    payments.interceptors.request.use((config) => ((counts.request += 1), config))
    payments.interceptors.response.use((response) => ((counts.response += 1), response))
    await payments.post('/charges', { amount: 1 })
    expect(counts).toEqual({ request: 1, response: 1, transform: 1 })
    expect(server.seen[0]?.body).toBe('{"amount":1,"n":1}')
  })

  test('keeps the configuration that its caller gave', async () => {
    const server = await startServer()
    const payments = paylb(axios.create({ baseURL: '/v1', maxRedirects: 3 }), { servers: [server.url] })
    const given = { headers: { 'x-a': '1' }, timeout: 5_000 }
    const { config } = await payments.get('/charges', given)
    expect(given).toEqual({ headers: { 'x-a': '1' }, timeout: 5_000 })
    expect(config).toMatchObject({ url: '/charges', baseURL: '/v1', timeout: 5_000, maxRedirects: 3 })
    expect(config.headers.has('User-Agent')).toBe(false)
    expect(config.signal).toBeUndefined()
    expect(config.transport).toBeUndefined()
  })
})

describe('an answer', () => {
  test('says what it meant for the payment', async () => {
    const server = await startServer()
    const response = await paylb(axios.create(), { servers: [server.url] }).post('/charges')
    expect(response).toHaveProperty('paylb.outcome', 'succeeded')
    expect(response).toHaveProperty('paylb.attempts.length', 1)
  })

  test('is never a redirect that was followed', async () => {
    const target = await startServer()
    const server = await startServer(answer(307, { location: `${target.url}/elsewhere` }))
    const payments = paylb(axios.create({ validateStatus: null, maxRedirects: 5 }), { servers: [server.url] })
    const response = await payments.post('/charges', { amount: 1 })
    expect(response.status).toBe(307)
    expect(response).toHaveProperty('paylb.outcome', 'unknown')
    expect(target.seen).toEqual([])
  })

  test('carries no word about the outcome that only a server said', async () => {
    const server = await startServer(answer(200, { 'paylb-outcome': 'declined', 'x-other': '1' }))
    const { headers } = await paylb(axios.create(), { servers: [server.url] }).get('/')
    expect(headers['paylb-outcome']).toBeUndefined()
    expect(headers['x-other']).toBe('1')
  })
})

test('no timer is left behind that would keep the process alive', async () => {
  const end = Promise.withResolvers<void>()
  const server = await startServer((request, response) => {
    response.writeHead(200).flushHeaders()
    void (request.method === 'POST' ? response.end() : end.promise.then(() => response.end()))
  })
  const payments = paylb(axios.create(), { servers: [await refusedUrl(), server.url] })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  await payments.post('/charges')
  await payments.post('/charges')
  expect(vi.getTimerCount()).toBe(0)
  const { data } = await payments.get<Readable>('/report', { responseType: 'stream' })
  expect(vi.getTimerCount()).toBe(1)
  end.resolve()
  await data.toArray()
  await expect.poll(() => vi.getTimerCount()).toBe(0)
})

test('outcomeOf tells what is known from a response or an error, and nothing from anything else', async () => {
  const [server, declining] = [await startServer(), await startServer(answer(402))]
  const paid = await paylb(axios.create(), { servers: [server.url] }).post('/charges')
  const error: unknown = await paylb(axios.create(), { servers: [declining.url] })
    .post('/charges')
    .catch((thrown: unknown) => thrown)
  expect([paid, error, new Error('other'), undefined].map(outcomeOf)).toEqual([
    'succeeded',
    'declined',
    undefined,
    undefined,
  ])
})
