import { startPaymentServer } from '@paylb/testing'
import type { Echo } from '@paylb/testing'
import fastify from 'fastify'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { paylb } from '../src/index.ts'

/* What is particular to Fastify. */

const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' }

function newApp(options: FastifyServerOptions = {}): FastifyInstance {
  const app = fastify(options)
  onTestFinished(() => app.close())
  return app
}

async function listen(app: FastifyInstance): Promise<string> {
  return app.listen({ host: '127.0.0.1', port: 0 })
}

async function servers(): Promise<readonly string[]> {
  const server = await startPaymentServer()
  onTestFinished(() => server.close())
  return [server.url]
}

describe('outside the prefix the app is untouched', () => {
  test('its parsers, schemas and error handler are its own', async () => {
    const app = newApp()
    await app.register(paylb, { prefix: '/payments', servers: await servers() })
    app.addContentTypeParser('text/own', { parseAs: 'string' }, (_request, body, done) =>
      done(null, `own ${String(body)}`),
    )
    app.setErrorHandler((error: Error, _request, reply) => reply.code(418).send(error.message))
    const schema = { body: { type: 'object', required: ['b'] } }
    app.post('/strict', { schema }, async () => 'never')
    app.post('/own', async ({ body }) => ({ body }))
    const url = await listen(app)
    expect((await fetch(`${url}/strict`, json)).status).toBe(418)
    const own = { ...json, headers: { 'content-type': 'text/own' }, body: 'x' }
    expect(await (await fetch(`${url}/own`, own)).json()).toEqual({ body: 'own x' })
    expect(await (await fetch(`${url}/own`, json)).json()).toEqual({ body: { a: 1 } })
    const echo = (await (await fetch(`${url}/payments/echo`, json)).json()) as Echo
    expect(echo.body.length).toBe(json.body.length)
  })

  test('what the filter does not take is not found in the way of the app', async () => {
    const app = newApp()
    app.setNotFoundHandler((_request, reply) => reply.code(404).send('own not found'))
    await app.register(paylb, { prefix: '/payments', pathFilter: '/echo', servers: await servers() })
    const url = await listen(app)
    expect((await fetch(`${url}/payments/echo`)).status).toBe(200)
    const missing = await fetch(`${url}/payments/other`, json)
    expect([missing.status, await missing.text()]).toEqual([404, 'own not found'])
  })

  test('forward: false decorates and adds no route', async () => {
    const app = newApp()
    await app.register(paylb, { forward: false, servers: await servers() })
    app.get('/own', async ({ paylb: balancer }) => balancer === app.paylb)
    const url = await listen(app)
    expect(await (await fetch(`${url}/own`)).json()).toBe(true)
    expect((await fetch(`${url}/echo`)).status).toBe(404)
  })
})

describe('inside the prefix', () => {
  test("the app's hooks guard what is forwarded, and the fields they set are kept", async () => {
    const app = newApp()
    app.addHook('onRequest', async ({ headers }, reply) => {
      reply.header('x-app', 'yes')
      if (headers.authorization === undefined) await reply.code(401).send('who are you')
    })
    await app.register(paylb, { prefix: '/payments', servers: await servers() })
    const url = await listen(app)
    expect((await fetch(`${url}/payments/echo`)).status).toBe(401)
    expect(app.paylb.servers.length && app.paylb.snapshot().counters).toEqual({})
    const answer = await fetch(`${url}/payments/echo`, { headers: { authorization: 'Bearer token' } })
    expect([answer.status, answer.headers.get('x-app')]).toEqual([200, 'yes'])
  })

  test("the app's body limit does not hold, paylb's does", async () => {
    const app = newApp({ bodyLimit: 1_000 })
    await app.register(paylb, { prefix: '/payments', servers: await servers(), maxBodyBytes: 5_000 })
    const url = await listen(app)
    const upload = (size: number): Promise<Response> =>
      fetch(`${url}/payments/echo`, { ...json, body: 'x'.repeat(size) })
    expect((await upload(5_000)).status).toBe(200)
    expect((await upload(5_001)).status).toBe(413)
  })

  const prefixes: readonly (readonly [how: string, target: string, options: FastifyServerOptions])[] = [
    ['as it stands', '/api/v1/payments/echo/x?y=/payments', {}],
    ['encoded', '/api/v1/%70ayments/echo/x?y=/payments', {}],
    ['in another letter case', '/API/v1/Payments/echo/x?y=/payments', { routerOptions: { caseSensitive: false } }],
  ]
  test.for(prefixes)('the prefix is taken off %s, with that of the scope around it', async ([, target, options]) => {
    const app = newApp(options)
    const list = await servers()
    await app.register(async (scope) => scope.register(paylb, { prefix: '/payments', servers: list }), {
      prefix: '/api/v1',
    })
    const echo = (await (await fetch(`${await listen(app)}${target}`)).json()) as Echo
    expect(echo.target).toBe('/echo/x?y=/payments')
  })
})

test('a second registration lives beside the first under another name', async () => {
  const app = newApp()
  await app.register(paylb, { prefix: '/payments', servers: await servers() })
  await app.register(paylb, { prefix: '/refunds', decorateAs: 'refunds', servers: await servers() })
  const url = await listen(app)
  for (const prefix of ['payments', 'refunds']) {
    const echo = (await (await fetch(`${url}/${prefix}/echo`)).json()) as Echo
    expect(echo.target).toBe('/echo')
  }
  expect(app.getDecorator('refunds')).not.toBe(app.paylb)
})

test('closing the app closes its balancer, and not one that was given', async () => {
  const [first, second] = [newApp(), newApp()]
  await first.register(paylb, { servers: await servers() })
  await second.register(paylb, { balancer: first.paylb })
  await second.close()
  first.paylb.pick().release()
  await first.close()
  expect(() => first.paylb.pick()).toThrow('the balancer is closed')
})

test('a wrong option fails the registration', async () => {
  const app = newApp()
  await expect(app.register(paylb, { servers: [] })).rejects.toThrow('servers: an array of 0 is not allowed')
})

test.each([
  [false, '127.0.0.1'],
  [true, '6.6.6.6, 127.0.0.1'],
  ['127.0.0.1', '6.6.6.6, 127.0.0.1'],
  ['10.0.0.0/8', '127.0.0.1'],
])('an app with trustProxy: %s decides what is said of who asked', async (trustProxy, expected) => {
  const app = newApp({ trustProxy })
  await app.register(paylb, { servers: await servers() })
  const headers = { 'x-forwarded-for': '6.6.6.6' }
  const echo = (await (await fetch(`${await listen(app)}/echo`, { headers })).json()) as Echo
  expect(echo.headers.find(([name]) => name.toLowerCase() === 'x-forwarded-for')?.[1]).toBe(expected)
})
