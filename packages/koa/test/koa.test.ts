import { buffer } from 'node:stream/consumers'
import { startPaymentServer } from '@paylb/testing'
import type { Echo } from '@paylb/testing'
import Koa from 'koa'
import { expect, onTestFinished, test } from 'vitest'
import { paylb } from '../src/index.ts'
import type { PaylbMiddleware, PaylbOptions } from '../src/index.ts'
import { listen } from './support/mount.ts'

/* What is particular to Koa. */

async function serve(app: Koa): Promise<string> {
  app.silent = true
  const listening = await listen(app)
  onTestFinished(() => listening.close())
  return listening.url
}

async function middleware(options: Partial<PaylbOptions> = {}): Promise<PaylbMiddleware> {
  const server = await startPaymentServer()
  const made = paylb({ servers: [server.url], ...options })
  onTestFinished(async () => {
    await made.close()
    await server.close()
  })
  return made
}

function outOfOrder(): never {
  throw new Error('out of order')
}

test('the path stays as Koa leaves it, unless it is rewritten', async () => {
  const whole = new Koa().use(await middleware({ pathFilter: '/echo' }))
  const taken = new Koa().use(await middleware({ pathFilter: '/pay', pathRewrite: { '^/pay': '' } }))
  for (const [app, target] of [
    [whole, '/echo/a%2Fb?x=1'],
    [taken, '/pay/echo/a%2Fb?x=1'],
  ] as const) {
    const echo = (await (await fetch((await serve(app)) + target)).json()) as Echo
    expect(echo.target).toBe('/echo/a%2Fb?x=1')
  }
})

test('fields and cookies that were set upstream are kept', async () => {
  const app = new Koa()
  app.use(async (context, next) => {
    context.set('X-App', 'yes')
    context.cookies.set('session', '1')
    await next()
  })
  app.use(await middleware())
  const { headers } = await fetch(`${await serve(app)}/echo`)
  expect([headers.get('x-app'), headers.get('set-cookie')]).toEqual(['yes', 'session=1; path=/; httponly'])
})

test('upstream middleware goes on when the answer was sent, and can change nothing of it any more', async () => {
  const ended: boolean[] = []
  const app = new Koa()
  app.use(async (context, next) => {
    await next()
    ended.push(context.res.writableFinished)
    context.status = 418
    context.body = 'too late'
  })
  app.use(await middleware())
  const url = await serve(app)
  const first = await fetch(`${url}/echo`)
  expect([first.status, ((await first.json()) as Echo).target]).toEqual([200, '/echo'])
  expect((await fetch(`${url}/echo`)).status).toBe(200)
  expect(ended).toEqual([true, true])
})

test('what the filter does not take goes downstream, with the balancer', async () => {
  const forwarding = await middleware({ pathFilter: '/echo' })
  const app = new Koa().use(forwarding)
  app.use((context) => {
    context.body = String(context.paylb === forwarding.balancer)
  })
  expect(await (await fetch(`${await serve(app)}/own`)).text()).toBe('true')
})

test("a filter's error is the app's to handle", async () => {
  const app = new Koa()
  const seen: unknown[] = []
  app.use(async (context, next) => {
    await next().catch((error: unknown) => seen.push(error))
    context.body = 'handled'
  })
  app.use(await middleware({ pathFilter: outOfOrder }))
  expect(await (await fetch(await serve(app))).text()).toBe('handled')
  expect(seen).toEqual([new Error('out of order')])
})

test.each([
  [false, '127.0.0.1'],
  [true, '6.6.6.6, 127.0.0.1'],
])('an app with proxy: %s decides what is said of who asked', async (proxy, expected) => {
  const app = new Koa({ proxy }).use(await middleware())
  const headers = { 'x-forwarded-for': '6.6.6.6' }
  const echo = (await (await fetch(`${await serve(app)}/echo`, { headers })).json()) as Echo
  expect(echo.headers.find(([name]) => name.toLowerCase() === 'x-forwarded-for')?.[1]).toBe(expected)
})

test('what a parser of Koa keeps on its own request is sent', async () => {
  const body = '{ "amount":  1 }'
  for (const [kept, expected] of [
    [{ rawBody: body }, body],
    [{ body: { amount: 1 } }, '{"amount":1}'],
  ] as const) {
    const app = new Koa()
    app.use(async ({ req, request }, next) => {
      await buffer(req)
      Object.assign(request, kept)
      await next()
    })
    app.use(await middleware())
    const headers = { 'content-type': 'application/json' }
    const echo = (await (await fetch(`${await serve(app)}/echo`, { method: 'POST', headers, body })).json()) as Echo
    expect(echo.body.text).toBe(expected)
  }
})
