import { gzipSync } from 'node:zlib'
import { startPaymentServer } from '@paylb/testing'
import type { Echo } from '@paylb/testing'
import express from 'express'
import type { ErrorRequestHandler, Express } from 'express'
import { expect, onTestFinished, test, vi } from 'vitest'
import { paylb } from '../src/index.ts'
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
