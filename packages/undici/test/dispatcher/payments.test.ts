import { createBalancer } from '@paylb/core'
import { request } from 'undici'
import { describe, expect, onTestFinished, test } from 'vitest'

import { createDispatcher, type DispatcherOptions } from '../../src/index.ts'
import { dispatcherFor } from '../support/dispatchers.ts'
import { always, startRawServer } from '../support/raw-server.ts'

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const busy = 'HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n'
const url = 'http://payments/charges'
const post = { method: 'POST', body: 'amount=1' } as const

async function pay(
  dispatcher: ReturnType<typeof dispatcherFor>,
  key?: string,
  body: string = post.body,
): Promise<unknown> {
  const headers = key === undefined ? {} : { 'Idempotency-Key': key }
  const answer = await request(url, { ...post, body, headers, dispatcher })
  await answer.body.dump()
  return answer.headers['paylb-outcome']
}

describe('keys', () => {
  test('a key that is still running is not sent again', async () => {
    const server = await startRawServer()
    const dispatcher = dispatcherFor([server.port])
    const first = pay(dispatcher, 'k')
    await expect.poll(() => server.requests()).toBe(1)
    await expect(pay(dispatcher, 'k')).rejects.toMatchObject({ code: 'payment-in-progress', outcome: 'pending' })
    server.sockets[0]?.write(ok)
    expect(await first).toBe('succeeded')
  })

  test('a key that was used for another request is refused', async () => {
    const server = await startRawServer()
    const dispatcher = dispatcherFor([server.port])
    const first = pay(dispatcher, 'k')
    await expect.poll(() => server.requests()).toBe(1)
    await expect(pay(dispatcher, 'k', 'amount=2')).rejects.toMatchObject({ code: 'key-reused' })
    server.sockets[0]?.write(ok)
    await first
  })

  test('tenants may use equal keys', async () => {
    const server = await startRawServer()
    const dispatcher = dispatcherFor([server.port], { keyScope: ({ headers }) => headers['x-tenant'] ?? '' })
    const paid = ['a', 'b'].map((tenant) =>
      request(url, { ...post, headers: { 'idempotency-key': 'k', 'X-Tenant': tenant }, dispatcher }),
    )
    await expect.poll(() => server.requests()).toBe(2)
    for (const socket of server.sockets) socket.write(ok)
    for (const answer of await Promise.all(paid)) expect(answer.statusCode).toBe(200)
  })

  test('requireKey refuses what has none', async () => {
    const server = await startRawServer(always(ok))
    const dispatcher = dispatcherFor([server.port], { requireKey: true })
    await expect(pay(dispatcher)).rejects.toMatchObject({ code: 'bad-request', outcome: 'not-executed' })
    expect(server.requests()).toBe(0)
  })

  test('a key that is made here is sent, and told in the answer and in errors', async () => {
    const server = await startRawServer((socket, _request, number) => {
      if (number === 1) socket.write(ok.replace('OK', 'OK\r\nidempotency-key: other'))
      else socket.destroy()
    })
    const dispatcher = dispatcherFor([server.port], { generateKey: () => 'made-here' })
    const answer = await request(url, { ...post, dispatcher })
    expect(answer.headers['idempotency-key']).toBe('made-here')
    await answer.body.dump()
    expect(server.received[0]).toMatch(/idempotency-key: made-here/iu)
    await expect(pay(dispatcher)).rejects.toMatchObject({ outcome: 'unknown', key: 'made-here' })
  })
})

test('within a declared ledger a keyed payment moves on, with the same key and bytes', async () => {
  const broken = await startRawServer((socket) => socket.destroy())
  const server = await startRawServer(always(ok))
  const dispatcher = dispatcherFor([broken.port, server.port], { ledger: 'shared' })
  expect(await pay(dispatcher, 'k')).toBe('succeeded')
  const sent = [broken, server].map(({ received }) => received[0]?.split('\r\n').slice(2))
  expect(sent[0]).toEqual(sent[1])
})

test('a 421 after an open attempt is not handed to fetch, which would send again with another key', async () => {
  const broken = await startRawServer((socket) => socket.destroy())
  const misdirected = await startRawServer(always('HTTP/1.1 421 Misdirected\r\ncontent-length: 0\r\n\r\n'))
  const dispatcher = dispatcherFor([broken.port, misdirected.port], { ledger: 'shared', generateKey: true })
  const paid: unknown = await fetch(url, { ...post, dispatcher }).catch((error: Error) => error.cause)
  expect(paid).toMatchObject({ code: 'outcome-unknown', outcome: 'unknown', key: expect.any(String) as string })
  const keys = [broken, misdirected].map(({ received }) => /idempotency-key: (.*)/iu.exec(received.join(''))?.[1])
  expect(keys[0]).toBe(keys[1])
  expect(broken.requests()).toBe(1)
})

test('a route that is marked safe fails over like a GET', async () => {
  const broken = await startRawServer((socket) => socket.destroy())
  const server = await startRawServer(always(ok))
  const dispatcher = dispatcherFor([broken.port, server.port], { safeRoutes: ['/charges'] })
  expect(await pay(dispatcher)).toBe('succeeded')
  expect([broken.requests(), server.requests()]).toEqual([1, 1])
})

describe('onAttempt', () => {
  test('sets headers for each server', async () => {
    const first = await startRawServer(always(busy))
    const second = await startRawServer(always(ok))
    const dispatcher = dispatcherFor([first.port, second.port], {
      ledger: 'shared',
      onAttempt: ({ body }, server) => ({ 'x-signature': `${server.id} ${body?.length}` }),
    })
    expect(await pay(dispatcher, 'k')).toBe('succeeded')
    for (const { port, received } of [first, second]) {
      expect(received[0]).toContain(`x-signature: 127.0.0.1:${port} 8\r\n`)
    }
  })

  test.each<[string, DispatcherOptions['onAttempt']]>([
    [
      'that throws',
      () => {
        throw new Error('no key material')
      },
    ],
    ['that touches the key', () => ({ 'Idempotency-Key': 'other' })],
  ])('a hook %s sends nothing', async (_what, onAttempt) => {
    const server = await startRawServer(always(ok))
    const dispatcher = dispatcherFor([server.port], onAttempt === undefined ? {} : { onAttempt })
    await expect(pay(dispatcher, 'k')).rejects.toMatchObject({ outcome: 'not-executed' })
    expect(server.requests()).toBe(0)
  })
})

test('a balancer that was made before serves several doors, and outlives each', async () => {
  const server = await startRawServer(always(ok))
  const balancer = createBalancer({ servers: [`http://127.0.0.1:${server.port}`] })
  onTestFinished(() => balancer.close())
  const one = createDispatcher(balancer, { requireKey: true })
  const two = createDispatcher(balancer)
  expect(one.balancer).toBe(balancer)
  expect(await pay(one, 'k')).toBe('succeeded')
  await one.close()
  expect(await pay(two)).toBe('succeeded')
  await two.close()
  expect(balancer.snapshot().counters).toEqual({ succeeded: 2 })
})

test('tls settings for a server that does not exist are warned of', async () => {
  const warned = new Promise<Error>((resolve) => void process.once('warning', resolve))
  dispatcherFor([], { servers: [{ id: 'main', url: 'https://a' }], tls: { servers: { mian: { servername: 'b' } } } })
  expect((await warned).message).toBe('tls.servers names mian, but the servers are main')
})

test.each<[object, RegExp]>([
  [{ servers: ['http://a'], pathFilter: '/x' }, /^pathFilter: unknown option/u],
  [{ servers: ['http://a'], timeouts: { headMS: 1 } }, /^timeouts\.headMS: .*did you mean headMs/u],
  [{ servers: ['http://a'], maxReplayBytes: -1 }, /^maxReplayBytes: -1 is not allowed/u],
  [{ servers: ['http://a'], requireKey: true, generateKey: true }, /^generateKey: contradicts requireKey/u],
  [{ servers: ['http://a'], tls: { certFile: '/none' } }, /^tls\.cert: stands without its key/u],
  [{ servers: [] }, /^servers: /u],
])('the options %j are refused', (options, message) => {
  expect(() => createDispatcher(options as never)).toThrow(message)
})
