import { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline as finish } from 'node:stream/promises'

import { interceptors, pipeline, request, stream } from 'undici'
import { describe, expect, test } from 'vitest'

import { dispatcherFor } from '../support/dispatchers.ts'
import { unusedPort } from '../support/ports.ts'
import { always, startRawServer } from '../support/raw-server.ts'

const ok = 'HTTP/1.1 200 OK\r\nx-one: 1\r\nX-Two: a\r\nX-Two: b\r\ncontent-length: 2\r\n\r\nok'
const url = 'http://payments/charges'

test('request: answer, headers by name, and the path with its query', async () => {
  const server = await startRawServer(always(ok))
  const dispatcher = dispatcherFor([server.port])
  const answer = await request(url, { dispatcher, method: 'POST', body: 'a=1', query: { of: ['x', 'y'], n: 1 } })
  expect(answer.headers).toMatchObject({ 'x-one': '1', 'x-two': ['a', 'b'], 'paylb-outcome': 'succeeded' })
  expect(await answer.body.text()).toBe('ok')
  expect(server.received[0]).toMatch(/^POST \/charges\?of=x&of=y&n=1 HTTP\/1\.1/u)
})

test('request: an error is the one of the payment', async () => {
  const dispatcher = dispatcherFor([await unusedPort()])
  await expect(request(url, { dispatcher, method: 'POST', body: 'a=1' })).rejects.toMatchObject({
    name: 'PaylbError',
    code: 'not-executed',
    outcome: 'not-executed',
  })
})

test('request: headers as undici would have given them, raw where that is asked for', async () => {
  const server = await startRawServer(always(ok))
  const dispatcher = dispatcherFor([server.port])
  const { headers, body } = await request(url, { dispatcher, responseHeaders: 'raw' })
  expect(Object.values(headers).map(String)).toContain('X-Two')
  await body.dump()
})

test('stream: the answer flows into a stream', async () => {
  const server = await startRawServer(always(ok))
  const dispatcher = dispatcherFor([server.port])
  const chunks: Buffer[] = []
  const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (chunks.push(chunk), done()) })
  await stream(url, { dispatcher, method: 'POST', body: 'a=1' }, () => sink)
  expect(Buffer.concat(chunks).toString()).toBe('ok')
})

test('pipeline: what flows in is the body', async () => {
  const server = await startRawServer(always(ok))
  const dispatcher = dispatcherFor([server.port])
  const pipe = pipeline(url, { dispatcher, method: 'POST' }, ({ body }) => body)
  const [answer] = await Promise.all([
    text(pipe),
    finish(Readable.from(['a=', '1']), pipe, { end: true }).catch(() => {}),
  ])
  expect(answer).toBe('ok')
  expect(server.received[0]).toMatch(/content-length: 3\r\n/u)
})

test('composed with interceptors of undici', async () => {
  const server = await startRawServer(always(ok))
  const dispatcher = dispatcherFor([server.port]).compose(interceptors.dump({ maxSize: 1_000 }))
  expect((await request(url, { dispatcher })).statusCode).toBe(200)
})

describe('refused before anything is sent', () => {
  test.each<[string, string, object]>([
    ['an upgrade', url, { upgrade: 'websocket' }],
    ['a tunnel', url, { method: 'CONNECT' }],
    ['TRACE', url, { method: 'TRACE' }],
    ['an authority in the path', url, { path: '//evil.example/x' }],
    ['a way out of the base path', url, { path: '/a/%2e%2e/b' }],
    ['an absolute path', url, { path: 'http://evil.example/' }],
    ['two queries', url, { path: '/a?b=1', query: { c: 2 } }],
    ['an expectation', url, { headers: { expect: '100-continue' } }],
    ['a Connection that would drop the key', url, { headers: { connection: 'idempotency-key' } }],
    ['two keys', url, { headers: ['Idempotency-Key', 'a', 'idempotency-key', 'b'] }],
    ['a key with spaces around it', url, { headers: { 'idempotency-key': ' a' } }],
    ['a wrong length', url, { headers: { 'content-length': '5' }, body: 'a=1' }],
    ['a length that is none', url, { headers: { 'content-length': '+3' }, body: 'a=1' }],
    ['a body of things', url, { body: [1, 2, 3] }],
    ['headers that are none', url, { headers: { a: {} } }],
    ['an odd list of headers', url, { headers: ['a'] }],
  ])('%s', async (_what, to, options) => {
    const server = await startRawServer(always(ok))
    const dispatcher = dispatcherFor([server.port])
    const all = { method: 'POST', origin: to, path: '/charges', ...options }
    const sent = new Promise((resolve, reject) => {
      const handler = { onRequestStart() {}, onResponseEnd: resolve }
      dispatcher.dispatch(all, { ...handler, onResponseError: (_controller, error) => reject(error) })
    })
    await expect(sent).rejects.toMatchObject({ code: 'bad-request', outcome: 'not-executed', attempts: [] })
    expect(server.sockets.length).toBe(0)
  })
})

test('what belongs to the connection is not passed on; the rest is, in its order', async () => {
  const server = await startRawServer(always(ok))
  const dispatcher = dispatcherFor([server.port])
  const headers = [
    'host',
    'payments',
    'connection',
    'close',
    'X-B',
    '1',
    'te',
    'trailers',
    'x-b',
    '2',
    'keep-alive',
    '5',
  ]
  await (await request(url, { dispatcher, headers })).body.dump()
  expect(server.received[0]?.split('\r\n').slice(1, -2)).toEqual([
    `host: 127.0.0.1:${server.port}`,
    'connection: keep-alive',
    'X-B: 1',
    'x-b: 2',
  ])
})

test('the base path of a server is put before the path', async () => {
  const server = await startRawServer(always(ok))
  const servers = [`http://127.0.0.1:${server.port}/v1`]
  await (await request(url, { dispatcher: dispatcherFor([], { servers }) })).body.dump()
  expect(server.received[0]).toMatch(/^GET \/v1\/charges HTTP/u)
})
