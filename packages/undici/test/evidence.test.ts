import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'

import { describe, expect, test } from 'vitest'

import { answered, post, serverAt, transportFor, within, withoutError } from './support/attempts.ts'
import { unusedPort } from './support/ports.ts'
import { always, startRawServer } from './support/raw-server.ts'

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

const reset = (socket: Socket): unknown => socket.resetAndDestroy()
const end = (socket: Socket): unknown => socket.end()

describe('nothing was sent', () => {
  test('when the connection is refused', async () => {
    const report = await transportFor().attempt(serverAt(await unusedPort()), post(), within())
    expect(withoutError(report)).toEqual({ evidence: 'not-sent', trouble: 'connection' })
  })

  test('when the name does not resolve', async () => {
    const report = await transportFor().attempt(serverAt('http://pay.invalid'), post(), within())
    expect(withoutError(report)).toEqual({ evidence: 'not-sent', trouble: 'connection' })
  })

  test('when the server resets in the TLS handshake', async () => {
    const server = await startRawServer()
    const attempt = transportFor().attempt(serverAt(`https://127.0.0.1:${server.port}`), post(), within())
    await expect.poll(() => server.received[0]?.length ?? 0).toBeGreaterThan(0)
    server.sockets[0]?.resetAndDestroy()
    expect(withoutError(await attempt)).toEqual({ evidence: 'not-sent', trouble: 'connection' })
  })

  test.each([
    ['a header with a line break', post({ headers: ['x', 'a\r\nb'] })],
    ['a header that is the transport’s own', post({ headers: ['transfer-encoding', 'chunked'] })],
    ['a path with a space', post({ path: '/a b' })],
    ['an absolute path', post({ path: 'http://evil.example/' })],
    ['a method that opens a tunnel', post({ method: 'CONNECT' })],
  ])('when the request cannot be written: %s', async (_what, request) => {
    const server = await startRawServer(always(ok))
    const report = await transportFor().attempt(serverAt(server.port), request, within())
    expect(withoutError(report)).toEqual({ evidence: 'not-sent', trouble: 'local' })
    expect(server.sockets.length).toBe(0)
  })

  test('after the transport was closed', async () => {
    const server = await startRawServer(always(ok))
    const transport = transportFor()
    await transport.close()
    const report = await transport.attempt(serverAt(server.port), post(), within())
    expect(withoutError(report)).toEqual({ evidence: 'not-sent', trouble: 'local' })
  })
})

describe('something may have been sent', () => {
  const partial = 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'
  const partialChunk = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n'
  const closing = 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 10\r\n\r\nhalf'
  test.each([
    ['a reset before the head', '', reset, undefined],
    ['an end before the head', '', end, undefined],
    ['a reset within the head', 'HTTP/1.1 200 OK\r\ncontent-le', reset, undefined],
    ['an end within the head', 'HTTP/1.1 200 OK\r\ncontent-le', end, undefined],
    ['a reset within the body', partial, reset, 200],
    ['an end within the body', partial, end, 200],
    ['an end within the body of a closing connection', closing, end, 200],
    ['an end between chunks', partialChunk, end, 200],
    ['an end between chunks of a closing connection', partialChunk.replace('OK', 'OK\r\nconnection: close'), end, 200],
    ['a reset between chunks', partialChunk, reset, 200],
    ['a refusal that is cut', partial.replace('200', '402'), end, 402],
  ])('after %s', async (_what, bytes, finish, status) => {
    const server = await startRawServer((socket) => socket.write(bytes, () => finish(socket)))
    const report = await transportFor().attempt(serverAt(server.port), post(), within())
    expect(withoutError(report)).toEqual({ evidence: 'sent', trouble: 'connection', ...(status ? { status } : {}) })
    expect(server.requests()).toBe(1)
  })

  test.each([
    ['gzip, chunked', 'POST'],
    ['chunked, chunked', 'POST'],
    ['xchunked', 'GET'],
    ['gzip\r\nTransfer-Encoding: chunked', 'GET'],
    ['identity', 'HEAD'],
  ])(
    'when the answer has the transfer coding %j (%s), and its connection is not used again',
    async (coding, method) => {
      const answer = `HTTP/1.1 200 OK\r\nTransfer-Encoding: ${coding}\r\n\r\n2\r\nok\r\n0\r\n\r\n`
      const server = await startRawServer(always(answer))
      const transport = transportFor()
      const request = post({ method, unsafe: method === 'POST' })
      const report = await transport.attempt(serverAt(server.port), request, within())
      expect(withoutError(report)).toEqual({ evidence: 'sent', trouble: 'malformed', status: 200 })
      await transport.attempt(serverAt(server.port), request, within())
      expect(server.sockets.length).toBe(2)
    },
  )

  test('when an idle connection closes as the request goes out, and it is not sent again', async () => {
    const server = await startRawServer((socket, _request, number) => {
      if (number === 1) socket.write(ok)
      else socket.resetAndDestroy()
    })
    const transport = transportFor()
    answered(await transport.attempt(serverAt(server.port), post(), within()))
    await setImmediate() // undici takes a connection up again only after a turn of the event loop
    const report = await transport.attempt(serverAt(server.port), post(), within())
    expect(withoutError(report)).toEqual({ evidence: 'sent', trouble: 'connection' })
    expect(server.sockets.length).toBe(1)
    expect(server.requests()).toBe(2)
  })
})

test('a connection that closed while idle is replaced, and the request goes out once', async () => {
  const server = await startRawServer(always(ok))
  const transport = transportFor()
  answered(await transport.attempt(serverAt(server.port), post(), within()))
  server.sockets[0]?.destroy()
  await setImmediate()
  const report = answered(await transport.attempt(serverAt(server.port), post(), within()))
  expect(report.status).toBe(200)
  expect(server.requests()).toBe(2)
})
