import { setImmediate } from 'node:timers/promises'
import { inspect } from 'node:util'

import { describe, expect, test } from 'vitest'

import { answered, get, post, serverAt, transportFor, within, withoutError } from './support/attempts.ts'
import { always, startRawServer } from './support/raw-server.ts'

const head = (lines: string, status = '200 OK'): string => `HTTP/1.1 ${status}\r\n${lines}\r\n`

test('an answer is passed on as it came: status, phrase, fields in their order, duplicates and bytes', async () => {
  const fields = 'Set-Cookie: a=1\r\nX-Name: caf\xe9\r\nset-cookie: b=2\r\nContent-Length: 3\r\n'
  const server = await startRawServer(always(`${head(fields, '402 Payment  Required')}\x00\xffz`))
  const report = answered(await transportFor().attempt(serverAt(server.port), post(), within()))
  expect(report.answer).toEqual({
    status: 402,
    statusMessage: 'Payment  Required',
    rawHeaders: ['Set-Cookie', 'a=1', 'X-Name', 'caf\xe9', 'set-cookie', 'b=2', 'Content-Length', '3'],
    body: Buffer.from('\x00\xffz', 'latin1'),
  })
  expect(report.headers.get('set-cookie')).toBe('a=1, b=2')
  expect(report.headers.get('x-name')).toBe('caf\xe9')
})

test('a phrase that no status line could carry on is dropped', async () => {
  const server = await startRawServer(always(head('content-length: 0\r\n', '200 caf\xe9')))
  const report = answered(await transportFor().attempt(serverAt(server.port), post(), within()))
  expect(report.answer.statusMessage).toBe('')
})

describe('an answer without a body is whole', () => {
  test.each([
    ['to HEAD, with a length', get({ method: 'HEAD' }), head('content-length: 9\r\n')],
    ['to HEAD, chunked', get({ method: 'HEAD' }), head('transfer-encoding: chunked\r\n')],
    ['with 204', post(), head('', '204 No Content')],
    ['with 304 and a length', get(), head('content-length: 9\r\n', '304 Not Modified')],
    ['with length 0', post(), head('content-length: 0\r\n')],
  ])('%s', async (_what, request, bytes) => {
    const server = await startRawServer(always(bytes))
    const report = answered(await transportFor().attempt(serverAt(server.port), request, within()))
    expect(report.body).toEqual(Buffer.alloc(0))
    expect(report.ended).toBeUndefined()
  })
})

describe('an answer is held until it is whole', () => {
  const chunked = `${head('transfer-encoding: chunked\r\n')}2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n`
  test.each([
    ['to an unsafe request', post(), chunked],
    ['with a status that is no success', get(), chunked.replace('200', '503')],
    ['with a short declared length', get(), `${head('content-length: 4\r\n')}abcd`],
  ])('%s', async (_what, request, bytes) => {
    const server = await startRawServer((socket) => {
      socket.write(bytes.slice(0, -4))
      setTimeout(() => socket.write(bytes.slice(-4)), 5)
    })
    const report = answered(await transportFor().attempt(serverAt(server.port), request, within()))
    expect(report.body?.toString()).toBe('abcd')
  })
})

describe('interim answers', () => {
  const interim = 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'
  const final = `${head('content-length: 2\r\n')}ok`

  test('do not count as the head', async () => {
    const server = await startRawServer(always(interim.repeat(16) + final))
    const report = answered(await transportFor().attempt(serverAt(server.port), post(), within()))
    expect(report.body?.toString()).toBe('ok')
    expect(report.answer.rawHeaders).toEqual(['content-length', '2'])
  })

  test('are malformed when they do not stop', async () => {
    const server = await startRawServer(always(interim.repeat(17) + final))
    const report = await transportFor().attempt(serverAt(server.port), post(), within())
    expect(withoutError(report)).toEqual({ evidence: 'sent', trouble: 'malformed' })
  })
})

describe('a malformed answer leaves the payment unknown, and its connection is not used again:', () => {
  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', undefined],
    ['a status that cannot be', head('content-length: 2\r\n', '99 No').concat('ok'), undefined],
    ['a length and an encoding', `${head('content-length: 2\r\ntransfer-encoding: chunked\r\n')}0\r\n\r\n`, undefined],
    ['two lengths', `${head('content-length: 2\r\ncontent-length: 3\r\n')}okk`, undefined],
    ['a length that is no number', `${head('content-length: 2x\r\n')}ok`, undefined],
    ['a negative length', `${head('content-length: -2\r\n')}ok`, undefined],
    ['a control character in a field', `${head('x: a\x01b\r\ncontent-length: 2\r\n')}ok`, undefined],
    ['a NUL in a field', `${head('x: a\x00b\r\ncontent-length: 2\r\n')}ok`, undefined],
    ['a bare line feed in the head', 'HTTP/1.1 200 OK\ncontent-length: 2\n\nok', undefined],
    ['a folded field', `${head('x: a\r\n b\r\ncontent-length: 2\r\n')}ok`, undefined],
    ['a space before the colon', `${head('content-length : 2\r\n')}ok`, undefined],
    ['a head without an end', head(`x: ${'a'.repeat(40_000)}\r\n`), undefined],
    ['a chunk size that is no number', `${head('transfer-encoding: chunked\r\n')}zz\r\nok\r\n0\r\n\r\n`, 200],
    ['a 100 that nobody asked for', `HTTP/1.1 100 Continue\r\n\r\n${head('content-length: 2\r\n')}ok`, undefined],
    ['bytes after the end', `${head('content-length: 2\r\n')}ok and more`, 200],
    ['a second answer', `${head('content-length: 2\r\n')}ok`.repeat(2), 200],
    [
      'an upgrade nobody asked for',
      head('upgrade: x\r\nconnection: upgrade\r\n', '101 Switching Protocols'),
      undefined,
    ],
    ['an end that only the connection tells', `${head('connection: close\r\n')}ok`, 200],
  ])('%s', async (_what, bytes, status) => {
    const server = await startRawServer((socket, _request, number) => {
      socket.write(number === 1 ? bytes : `${head('content-length: 2\r\n')}ok`, 'latin1')
      if (bytes.includes('connection: close')) socket.end()
    })
    const transport = transportFor()
    const report = await transport.attempt(serverAt(server.port), post(), within())
    expect(withoutError(report)).toEqual({ evidence: 'sent', trouble: 'malformed', ...(status ? { status } : {}) })
    await setImmediate()
    answered(await transport.attempt(serverAt(server.port), get(), within()))
    expect(server.sockets.length).toBe(2)
    expect(server.requests()).toBe(2)
  })
})

test('an error never carries the bytes of a malformed answer', async () => {
  const server = await startRawServer(always('HTTP/1.1 200 OK\r\nx: \x00 4242424242424242\r\n\r\n'))
  const report = await transportFor().attempt(serverAt(server.port), post(), within())
  expect(inspect(report, { depth: 9, showHidden: true })).not.toContain('4242')
})

test('redirects are answers like any other', async () => {
  const server = await startRawServer(always(head('location: /elsewhere\r\ncontent-length: 0\r\n', '302 Found')))
  const report = answered(await transportFor().attempt(serverAt(server.port), get(), within()))
  expect(report.status).toBe(302)
  expect(server.requests()).toBe(1)
})
