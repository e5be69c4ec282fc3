import { once } from 'node:events'
import { Readable } from 'node:stream'

import { request } from 'undici'
import { describe, expect, test } from 'vitest'

import { dispatcherFor } from '../support/dispatchers.ts'
import { unusedPort } from '../support/ports.ts'
import { always, type RawServer, startRawServer } from '../support/raw-server.ts'

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const busy = 'HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n'
const url = 'http://payments/charges'
const keyed = { 'idempotency-key': 'k' }

function bodyOf(server: RawServer): string {
  return server.received.join('').split('\r\n\r\n').slice(1).join('\r\n\r\n')
}

describe('a body of any kind arrives', () => {
  test.each<[string, () => unknown, string]>([
    ['text', () => 'a=é', 'a=é'],
    ['bytes', () => Buffer.from('a=1'), 'a=1'],
    ['a part of a buffer', () => Buffer.from('xa=1x').subarray(1, 4), 'a=1'],
    ['an ArrayBuffer', () => new TextEncoder().encode('a=1').buffer, 'a=1'],
    ['a stream', () => Readable.from(['a=', Buffer.from('1')]), 'a=1'],
    ['an iterable', () => ['a=', '1'], 'a=1'],
    ['a blob', () => new Blob(['a=1'], { type: 'text/plain' }), 'a=1'],
    ['nothing', () => null, ''],
    ['an empty text', () => '', ''],
  ])('%s', async (_what, body, expected) => {
    const server = await startRawServer(always(ok))
    const dispatcher = dispatcherFor([server.port])
    await (await request(url, { dispatcher, method: 'POST', body: body() as never })).body.dump()
    expect(Buffer.from(bodyOf(server), 'latin1').toString()).toBe(expected)
    expect(server.received[0]).toMatch(/content-length: \d/u)
  })
})

test('up to maxReplayBytes, an iterable is sent again, the same to the byte', async () => {
  const busyServer = await startRawServer(always(busy))
  const server = await startRawServer(always(ok))
  const dispatcher = dispatcherFor([busyServer.port, server.port], { ledger: 'shared', maxReplayBytes: 8 })
  const body = Readable.from(['12345', '678'])
  const answer = await request(url, { dispatcher, method: 'POST', headers: keyed, body })
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['paylb-attempts']).toBe('2')
  expect([bodyOf(busyServer), bodyOf(server)]).toEqual(['12345678', '12345678'])
  await answer.body.dump()
})

test('above it, it is streamed, and sent once', async () => {
  const busyServer = await startRawServer(always(busy))
  const server = await startRawServer(always(ok))
  const dispatcher = dispatcherFor([busyServer.port, server.port], { ledger: 'shared', maxReplayBytes: 7 })
  const body = Readable.from(['12345', '678'])
  const answer = await request(url, { dispatcher, method: 'POST', headers: keyed, body })
  expect([answer.statusCode, answer.headers['paylb-outcome']]).toEqual([503, 'unknown'])
  expect(busyServer.received[0]).toContain('transfer-encoding: chunked')
  expect(server.requests()).toBe(0)
  await answer.body.dump()
})

test('a streamed body of which nothing was sent may still go to another server', async () => {
  const server = await startRawServer(always(ok))
  const dispatcher = dispatcherFor([await unusedPort(), server.port], { maxReplayBytes: 2 })
  const headers = { 'content-length': '8' }
  const answer = await request(url, { dispatcher, method: 'POST', headers, body: Readable.from(['1234', '5678']) })
  expect(answer.statusCode).toBe(200)
  expect(bodyOf(server)).toBe('12345678')
  await answer.body.dump()
})

test('a source that fails while it is collected: nothing is sent', async () => {
  const server = await startRawServer(always(ok))
  const dispatcher = dispatcherFor([server.port])
  const body = Readable.from(
    (function* () {
      yield 'half'
      throw new Error('disk gone')
    })(),
  )
  await expect(request(url, { dispatcher, method: 'POST', body })).rejects.toMatchObject({
    code: 'bad-request',
    outcome: 'not-executed',
    cause: { message: 'disk gone' },
  })
  expect(server.sockets.length).toBe(0)
})

test('a source that pauses too long: nothing is sent', async () => {
  const server = await startRawServer(always(ok))
  const dispatcher = dispatcherFor([server.port], { timeouts: { idleMs: 20 } })
  const body = new Readable({ read() {} })
  body.push('half')
  const closed = once(body, 'close').catch(() => {})
  await expect(request(url, { dispatcher, method: 'POST', body })).rejects.toMatchObject({
    code: 'bad-request',
    outcome: 'not-executed',
    timedOut: true,
  })
  await closed
  expect(server.sockets.length).toBe(0)
})

test('a streamed body that breaks off is never made to look whole', async () => {
  const server = await startRawServer(always(ok))
  const dispatcher = dispatcherFor([server.port], { maxReplayBytes: 4 })
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(Buffer.from('12345678'))
      await expect.poll(() => server.received.join('')).toContain('12345678')
      controller.error(new Error('gone'))
    },
  })
  const init = { method: 'POST', body, duplex: 'half', dispatcher } as const
  await expect(fetch(url, init)).rejects.toThrow(/failed|gone/u)
  await expect.poll(() => server.sockets[0]?.closed).toBe(true)
  expect(server.received[0]).not.toContain('\r\n0\r\n')
  expect(server.requests()).toBe(0)
})
