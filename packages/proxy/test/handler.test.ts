import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createForwarder, paylb } from '../src/index.ts'
import type { PaylbHandler, PaylbOptions } from '../src/index.ts'
import { serve } from './support/serve.ts'

/* What is particular to the plain Node handler. */

function handlerFor(options: PaylbOptions): PaylbHandler {
  const handler = paylb(options)
  onTestFinished(() => handler.close())
  return handler
}

function outOfOrder(): never {
  throw new Error('out of order')
}

test('as the only handler of a server it answers what it does not forward with 404', async () => {
  const server = await serve((_request, response) => response.end('paid'))
  const app = await serve(handlerFor({ servers: [server], pathFilter: ['/payments', '/refunds'] }))
  expect(await (await fetch(`${app}/refunds/1`)).text()).toBe('paid')
  const missing = await fetch(`${app}/other`)
  expect(missing.status).toBe(404)
  expect(await missing.json()).toMatchObject({ title: 'Not Found', status: 404 })
})

test('a path filter of its own sees the path without the query', async () => {
  const server = await serve((request, response) => response.end(request.url))
  const pathFilter = vi.fn<(path: string) => boolean>(() => true)
  const app = await serve(handlerFor({ servers: [server], pathFilter }))
  await fetch(`${app}/payments/a%20b?x=/other`)
  expect(pathFilter).toHaveBeenCalledExactlyOnceWith('/payments/a%20b')
})

test('a path filter that throws is handed to next, or answered without what it said', async () => {
  const warned = once(process, 'warning')
  const server = await serve((_request, response) => response.end())
  const handler = handlerFor({
    servers: [server],
    pathFilter: outOfOrder,
  })
  const alone = await fetch(await serve(handler))
  expect(alone.status).toBe(500)
  expect(await alone.text()).not.toContain('out of order')
  expect(String((await warned)[0])).toContain('out of order')
  const app = await serve((request, response) => handler(request, response, (error) => response.end(String(error))))
  expect(await (await fetch(app)).text()).toBe('Error: out of order')
})

test('a path rewrite that throws costs one request, which no server has seen', async () => {
  const warned = once(process, 'warning')
  const server = vi.fn<() => void>()
  const app = await serve(handlerFor({ servers: [await serve(server)], pathRewrite: outOfOrder }))
  const answer = await fetch(app, { method: 'POST', body: 'amount=1' })
  expect([answer.status, answer.headers.get('paylb-outcome')]).toEqual([500, 'not-executed'])
  expect(server).not.toHaveBeenCalled()
  await warned
})

test.for(['//evil.example/x', '/a/../b', 'evil', 'http://evil.example/'])(
  'a path rewritten to %s is refused',
  async (to) => {
    const server = vi.fn<() => void>()
    const app = await serve(handlerFor({ servers: [await serve(server)], pathRewrite: () => to }))
    expect((await fetch(app)).status).toBe(400)
    expect(server).not.toHaveBeenCalled()
  },
)

test('a rewrite cannot make a refused path good', async () => {
  const server = vi.fn<() => void>()
  const app = await serve(handlerFor({ servers: [await serve(server)], pathRewrite: () => '/good' }))
  expect((await fetch(`${app}//evil.example/x`)).status).toBe(400)
  expect(server).not.toHaveBeenCalled()
})

test("fields that the app has set are kept beside the server's, and so are its cookies", async () => {
  const server = await serve((_request, response) => {
    response.setHeader('Set-Cookie', ['server=1', 'server=2'])
    response.writeHead(200, { 'X-Both': 'server', Vary: 'Accept' })
    response.end()
  })
  const handler = handlerFor({ servers: [server] })
  const app = await serve((request, response) => {
    response.setHeader('Set-Cookie', 'session=1')
    response.setHeader('Vary', 'Origin')
    response.setHeader('X-Both', 'app')
    response.setHeader('X-App', 'app')
    handler(request, response)
  })
  const { headers } = await fetch(app)
  expect(headers.getSetCookie()).toEqual(['session=1', 'server=1', 'server=2'])
  expect(headers.get('vary')).toBe('Origin, Accept')
  expect([headers.get('x-both'), headers.get('x-app')]).toEqual(['server', 'app'])
})

test('middleware that hooks into writeHead and takes fields as pairs or objects does no harm', async () => {
  const server = await serve((_request, response) => response.writeHead(201, { 'X-Server': 'yes' }).end('paid'))
  const handler = handlerFor({ servers: [server] })
  const seen: unknown[] = []
  const app = await serve((request, response) => {
    const writeHead = response.writeHead.bind(response)
    Object.assign(response, {
      writeHead: (status: number, ...rest: unknown[]) => {
        seen.push(...rest.filter((argument) => typeof argument === 'object'))
        return writeHead(status, ...(rest as []))
      },
    })
    handler(request, response)
  })
  const answer = await fetch(app)
  expect([answer.status, answer.headers.get('x-server'), await answer.text()]).toEqual([201, 'yes', 'paid'])
  expect(seen).toEqual([])
})

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

test.for([0, 1, 256, 8_192, 8_193, 100_000])(
  'a body of %i bytes, of every value, arrives as it was',
  async (length) => {
    const body = Buffer.alloc(length, everyByte)
    const server = await serve((_request, response) => response.end(body))
    const app = await serve(handlerFor({ servers: [server] }))
    const answer = await fetch(app, { method: 'POST', headers: { 'Idempotency-Key': 'bytes' } })
    expect(answer.headers.get('content-length')).toBe(String(length))
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true)
  },
)

test('middleware that hooks into end is given the bytes of the body', async () => {
  const server = await serve((_request, response) => response.end(everyByte))
  const handler = handlerFor({ servers: [server] })
  const seen: unknown[] = []
  const app = await serve((request, response) => {
    const end = response.end.bind(response)
    Object.assign(response, {
      end: (...given: [unknown]) => {
        seen.push(...given)
        return end(...given)
      },
    })
    handler(request, response)
  })
  expect((await (await fetch(app)).arrayBuffer()).byteLength).toBe(256)
  expect(seen).toEqual([everyByte])
})

test.for(['GET', 'POST'])(
  'a %s whose caller left before paylb was asked ends at once and reaches no server',
  async (method) => {
    const server = vi.fn<() => void>()
    const forwarder = createForwarder({ servers: [await serve(server)] })
    onTestFinished(() => forwarder.close())
    const { promise: hasEnded, resolve } = Promise.withResolvers<void>()
    const app = await serve((request, response) => {
      response.once('close', () => resolve(forwarder.handle(request, response, '/charges')))
      client.destroy()
    })
    const client = connect(Number(new URL(app).port), '127.0.0.1')
    client.write(`${method} /charges HTTP/1.1\r\nHost: app\r\nContent-Length: 8\r\n\r\n`)
    await hasEnded
    expect(server).not.toHaveBeenCalled()
    expect(forwarder.balancer.snapshot().inFlight).toBe(0)
  },
)
