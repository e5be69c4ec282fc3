import { gzipSync } from 'node:zlib'
import { startPaymentServer } from '@paylb/testing'
import type { Echo } from '@paylb/testing'
import express from 'express'
import type { ErrorRequestHandler, Express } from 'express'
import { expect, onTestFinished, test, vi } from 'vitest'
import { keepRawBody, paylb } from '../src/index.ts'
import type { PaylbHandler, PaylbOptions } from '../src/index.ts'
import { listen } from './support/mount.ts'

/* What is particular to Express. */

async function serve(app: Express): Promise<string> {
  const listening = await listen(app)
  onTestFinished(() => listening.close())
  return listening.url
}

async function paymentServer(): Promise<string> {
  const server = await startPaymentServer()
  onTestFinished(() => server.close())
  return server.url
}

function middleware(options: PaylbOptions): PaylbHandler {
  const handler = paylb(options)
  onTestFinished(() => handler.close())
  return handler
}

function exceptBroken(path: string): boolean {
  if (path === '/broken') throw new Error('out of order')
  return true
}

test('mounted in routers below each other, all their paths are taken off', async () => {
  const payments = express.Router().use('/payments', middleware({ servers: [await paymentServer()] }))
  const app = express().use('/api', express.Router().use('/v1', payments))
  const echo = (await (await fetch(`${await serve(app)}/api/v1/payments/echo/a%2Fb?x=1`)).json()) as Echo
  expect(echo.target).toBe('/echo/a%2Fb?x=1')
})

test('with a path filter the app goes on with everything else, and its parsers with it', async () => {
  const options = { pathFilter: '/payments', pathRewrite: { '^/payments': '' } }
  const app = express()
  app.use(middleware({ servers: [await paymentServer()], ...options }))
  app.use(express.json())
  app.post('/own', (request, response) => {
    response.json({ body: request.body as unknown, servers: request.paylb?.servers.length })
  })
  const url = await serve(app)
  const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' }
  expect(await (await fetch(`${url}/own`, json)).json()).toEqual({ body: { a: 1 }, servers: 1 })
  const echo = (await (await fetch(`${url}/payments/echo`, json)).json()) as Echo
  expect([echo.target, echo.body.length]).toEqual(['/echo', json.body.length])
})

test("a filter's error reaches the app's error handler; a refused request does not", async () => {
  const onError = vi.fn<ErrorRequestHandler>((error, _request, response, _next) => {
    response.status(418).send(String(error))
  })
  const app = express().use(middleware({ servers: [await paymentServer()], pathFilter: exceptBroken }), onError)
  const url = await serve(app)
  const refused = await fetch(`${url}/charges`, { method: 'POST', headers: { 'idempotency-key': 'k'.repeat(256) } })
  expect(refused.status).toBe(400)
  expect(onError).not.toHaveBeenCalled()
  const broken = await fetch(`${url}/broken`)
  expect([broken.status, await broken.text()]).toEqual([418, 'Error: out of order'])
})

test("cookies and fields of the app stay beside the server's", async () => {
  const app = express()
  app.use((_request, response, next) => {
    response.cookie('session', '1').set('X-App', 'yes')
    next()
  })
  app.use('/payments', middleware({ servers: [await paymentServer()] }))
  const { headers } = await fetch(`${await serve(app)}/payments/echo`)
  expect(headers.getSetCookie()).toEqual(['session=1; Path=/'])
  expect([headers.get('x-app'), headers.get('x-powered-by')]).toEqual(['yes', 'Express'])
})

test('raw bytes that a parser kept after decoding them are refused: they are not what the caller sent', async () => {
  const app = express()
  app.use(express.json({ verify: (request, _response, rawBody) => void Object.assign(request, { rawBody }) }))
  app.use('/payments', middleware({ servers: [await paymentServer()] }))
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
  const body = gzipSync('{"amount":1}')
  const answer = await fetch(`${await serve(app)}/payments/echo`, { method: 'POST', headers, body })
  expect(answer.status).toBe(500)
  expect(await answer.json()).toMatchObject({ outcome: 'not-executed', detail: expect.stringContaining('rawBody') })
})

test.each([
  ['nobody', false, '127.0.0.1'],
  ['everybody', true, '6.6.6.6, 127.0.0.1'],
  ['the loopback', 'loopback', '6.6.6.6, 127.0.0.1'],
  ['another network', '10.0.0.0/8', '127.0.0.1'],
] as const)('an app that trusts %s decides what is said of who asked', async (_, trust, expected) => {
  const app = express().set('trust proxy', trust)
  app.use(middleware({ servers: [await paymentServer()] }))
  expect(await forwardedFor(await serve(app))).toBe(expected)
})

test("paylb's own trustProxy comes before the app's", async () => {
  const app = express().set('trust proxy', true)
  app.use(middleware({ servers: [await paymentServer()], trustProxy: false }))
  expect(await forwardedFor(await serve(app))).toBe('127.0.0.1')
})

test('behind express.json() a body is written anew, and with keepRawBody it stays as it is', async () => {
  const body = '{ "amount":  1 }'
  const headers = { 'content-type': 'application/json' }
  for (const [parser, expected] of [
    [express.json(), '{"amount":1}'],
    [express.json({ verify: keepRawBody }), body],
  ] as const) {
    const app = express().use(parser, middleware({ servers: [await paymentServer()] }))
    const echo = (await (await fetch(`${await serve(app)}/echo`, { method: 'POST', headers, body })).json()) as Echo
    expect(echo.body.text).toBe(expected)
  }
})

async function forwardedFor(url: string): Promise<string | undefined> {
  const echo = (await (await fetch(`${url}/echo`, { headers: { 'x-forwarded-for': '6.6.6.6' } })).json()) as Echo
  return echo.headers.find(([name]) => name.toLowerCase() === 'x-forwarded-for')?.[1]
}
