import { Buffer } from 'node:buffer'

import { describe, expect, test } from 'vitest'

import type { BodyStream } from '../src/index.ts'
import { answered, post, serverAt, transportFor, within, withoutError } from './support/attempts.ts'
import { always, startRawServer } from './support/raw-server.ts'

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const never = new Promise<never>(() => {})

/** A body of the given steps: text is a chunk, an error is thrown, a promise is waited for. */
function streamed(length: number | undefined, ...steps: (string | Error | Promise<void>)[]): BodyStream {
  return {
    length,
    async *chunks() {
      for (const step of steps) {
        if (step instanceof Error) throw step
        if (typeof step === 'string') yield Buffer.from(step)
        else await step
      }
    },
  }
}

test.each([
  ['with a declared length', streamed(6, 'abc', '', 'def'), /content-length: 6\r\n\r\nabcdef$/u],
  [
    'chunked',
    streamed(undefined, 'abc', 'def'),
    /transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n$/u,
  ],
  ['of length 0', streamed(0), /content-length: 0\r\n\r\n$/u],
  ['in memory', Buffer.from('abcdef'), /content-length: 6\r\n\r\nabcdef$/u],
  ['that is not there', undefined, /content-length: 0\r\n\r\n$/u],
])('a body %s arrives whole', async (_what, body, expected) => {
  const server = await startRawServer(always(ok))
  const report = await transportFor().attempt(serverAt(server.port), post({ body }), within())
  expect(answered(report).status).toBe(200)
  expect(server.received[0]).toMatch(expected)
  expect(server.received[0]?.match(/content-length|transfer-encoding/gu)?.length).toBe(1)
})

describe('a request is incomplete, and the server never gets its end, when', () => {
  const gone = new Error('the caller has gone')
  test.each([
    ['its source fails before the declared length', streamed(6, 'abc', gone)],
    ['its source fails in a chunked body', streamed(undefined, 'abcdef', gone)],
    ['its source fails before the first byte', streamed(6, gone)],
    ['its source ends before the declared length', streamed(6, 'abc')],
    ['its source goes beyond the declared length', streamed(6, 'abc', 'defg')],
  ])('%s', async (_what, body) => {
    const server = await startRawServer(always(ok))
    const report = await transportFor().attempt(serverAt(server.port), post({ body }), within())
    expect(withoutError(report)).toEqual({ evidence: 'sent', trouble: 'cancelled', incomplete: true })
    await expect.poll(() => server.sockets[0]?.closed).toBe(true)
    expect(server.requests()).toBe(0)
    expect(server.received.join('')).not.toMatch(/\r\n0\r\n\r\n$/u)
  })

  test('the source’s own error is told', async () => {
    const server = await startRawServer(always(ok))
    const report = await transportFor().attempt(serverAt(server.port), post({ body: streamed(6, gone) }), within())
    expect(report).toMatchObject({ error: gone })
  })

  test('the caller cancels in the middle', async () => {
    const controller = new AbortController()
    const cancelling: BodyStream = {
      length: 6,
      async *chunks() {
        yield Buffer.from('abc')
        controller.abort(gone)
        await never
      },
    }
    const server = await startRawServer(always(ok))
    const request = post({ body: cancelling, signal: controller.signal })
    const report = await transportFor().attempt(serverAt(server.port), request, within())
    expect(withoutError(report)).toEqual({ evidence: 'sent', trouble: 'cancelled', incomplete: true })
  })

  test('the total deadline passes in the middle', async () => {
    const server = await startRawServer(always(ok))
    const request = post({ body: streamed(6, 'abc', never) })
    const report = await transportFor().attempt(serverAt(server.port), request, within({ remainingMs: 50 }))
    expect(withoutError(report)).toEqual({ evidence: 'sent', trouble: 'timeout', incomplete: true })
  })
})

describe('a request is unknown, not incomplete, when', () => {
  test('its source fails after the declared length and no answer comes', async () => {
    const server = await startRawServer((socket) => socket.destroy())
    const request = post({ body: streamed(6, 'abc', 'def', new Error('gone')) })
    const report = await transportFor().attempt(serverAt(server.port), request, within())
    expect(withoutError(report)).toEqual({ evidence: 'sent', trouble: 'connection' })
    expect(server.requests()).toBe(1)
  })

  test('a deadline passes after the last byte', async () => {
    const server = await startRawServer()
    const request = post({ body: streamed(undefined, 'abcdef') })
    const report = await transportFor().attempt(serverAt(server.port), request, within({ headMs: 40 }))
    expect(withoutError(report)).toEqual({ evidence: 'sent', trouble: 'timeout' })
    expect(server.requests()).toBe(1)
  })

  test('the server breaks the connection in the middle of it', async () => {
    const server = await startRawServer()
    const attempt = transportFor().attempt(serverAt(server.port), post({ body: streamed(6, 'abc', never) }), within())
    await expect.poll(() => server.received[0]).toMatch(/abc$/u)
    server.sockets[0]?.resetAndDestroy()
    expect(withoutError(await attempt)).toEqual({ evidence: 'sent', trouble: 'connection' })
  })

  test('the server has begun to answer before the body ended', async () => {
    const { promise: answerSeen, resolve: seen } = Promise.withResolvers<void>()
    const server = await startRawServer()
    const slow = streamed(6, 'abc', answerSeen, new Error('gone'))
    const attempt = transportFor().attempt(serverAt(server.port), post({ body: slow }), within())
    await expect.poll(() => server.received[0]).toMatch(/abc$/u)
    server.sockets[0]?.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n', () => setTimeout(() => seen(), 20))
    expect(withoutError(await attempt)).toEqual({ evidence: 'sent', trouble: 'cancelled', status: 200 })
  })
})

test('a source that fails after the declared length does not cost the answer', async () => {
  const server = await startRawServer(always(ok))
  const request = post({ body: streamed(6, 'abcdef', new Error('gone')) })
  expect(answered(await transportFor().attempt(serverAt(server.port), request, within())).status).toBe(200)
})

test('an answer that comes before the body has ended counts', async () => {
  const server = await startRawServer()
  const attempt = transportFor().attempt(serverAt(server.port), post({ body: streamed(6, 'abc', never) }), within())
  await expect.poll(() => server.received[0]).toMatch(/abc$/u)
  server.sockets[0]?.write(ok.replace('200 OK', '413 Too Large'))
  expect(answered(await attempt).status).toBe(413)
})

test('the head deadline counts from the last byte of a streamed body', async () => {
  const server = await startRawServer(always(ok))
  const pause = new Promise<void>((resolve) => setTimeout(resolve, 120))
  const request = post({ body: streamed(6, 'abc', pause, 'def') })
  const report = await transportFor().attempt(serverAt(server.port), request, within({ headMs: 80 }))
  expect(answered(report).status).toBe(200)
})

test('a body is not touched by an attempt that sent nothing', async () => {
  const body: BodyStream = { length: 3, chunks: () => expect.unreachable() }
  const transport = transportFor()
  const report = await transport.attempt(serverAt('http://pay.invalid'), post({ body }), within())
  expect(report.evidence).toBe('not-sent')
})
