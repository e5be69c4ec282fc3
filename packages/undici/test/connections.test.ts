import { setImmediate } from 'node:timers/promises'

import { describe, expect, test } from 'vitest'

import { createTransport } from '../src/index.ts'
import { readOptions } from '../src/options.ts'
import { ServerPool } from '../src/server-pool.ts'
import { storeOf } from '../src/tls/certificates.ts'
import { answered, get, handles, post, serverAt, transportFor, within, withoutError } from './support/attempts.ts'
import { always, startRawServer } from './support/raw-server.ts'

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

test.each([
  ['', '/a%2Fb/../c?x=%zz', '/a%2Fb/../c?x=%zz'],
  ['/v1', '/a%2Fb/../c?x=%zz', '/v1/a%2Fb/../c?x=%zz'],
  ['/v1', '?x=/../y', '/v1?x=/../y'],
  ['/v1', '', '/v1'],
  ['', '//evil.example/x', '//evil.example/x'],
  ['', '/caf\xe9', '/caf\xe9'],
])('base path %j and path %j are joined byte for byte', async (basePath, path, expected) => {
  const server = await startRawServer(always(ok))
  const target = { ...serverAt(server.port), basePath }
  answered(await transportFor().attempt(target, get({ path }), within()))
  expect(server.received[0]?.split('\r\n')[0]).toBe(`GET ${expected} HTTP/1.1`)
})

test('headers go out as they were given, with the server’s own Host', async () => {
  const server = await startRawServer(always(ok))
  const headers = ['X-B', '1', 'x-a', 'caf\xe9', 'X-B', '2']
  answered(await transportFor().attempt(serverAt(server.port), get({ headers }), within()))
  expect(server.received[0]?.split('\r\n').slice(1, -2)).toEqual([
    `host: 127.0.0.1:${server.port}`,
    'connection: keep-alive',
    'X-B: 1',
    'x-a: caf\xe9',
    'X-B: 2',
  ])
})

test('a Host that was given takes the place of the server’s own', async () => {
  const server = await startRawServer(always(ok))
  answered(await transportFor().attempt(serverAt(server.port), get({ headers: ['Host', 'shop.example'] }), within()))
  expect(server.received[0]?.match(/host: .*/giu)).toEqual(['host: shop.example'])
})

test('connections are used again, also after an update made a new server object', async () => {
  const server = await startRawServer(always(ok))
  const transport = transportFor()
  for (let count = 0; count < 5; count += 1) {
    answered(await transport.attempt({ ...serverAt(server.port), weight: count }, post(), within()))
    await setImmediate()
  }
  expect(server.sockets.length).toBe(1)
})

test('no request waits behind another one', async () => {
  const server = await startRawServer((socket, _request, number) => {
    if (number === 2) for (const waiting of server.sockets) waiting.write(ok)
  })
  const transport = transportFor()
  const attempts = [get(), get()].map((request) => transport.attempt(serverAt(server.port), request, within()))
  for (const report of await Promise.all(attempts)) answered(report)
  expect(server.sockets.length).toBe(2)
})

test('an idle connection is closed before the server’s announced timeout', async () => {
  const server = await startRawServer(always(ok.replace('OK', 'OK\r\nkeep-alive: timeout=2')))
  answered(await transportFor().attempt(serverAt(server.port), post(), within()))
  await expect.poll(() => server.sockets[0]?.closed).toBe(true)
})

test('requests that are refused before they are sent cost no connection, however many', async () => {
  const server = await startRawServer(always(ok))
  const transport = transportFor()
  answered(await transport.attempt(serverAt(server.port), get(), within()))
  await setImmediate()
  for (let count = 0; count < 100; count += 1) {
    const report = await transport.attempt(serverAt(server.port), get({ headers: ['bad name', 'x'] }), within())
    expect(report.evidence).toBe('not-sent')
  }
  answered(await transport.attempt(serverAt(server.port), get(), within()))
  expect(server.sockets.length).toBe(1)
})

test('forgetting a server lets what is in flight end, and closes its connections', async () => {
  const { promise: answerNow, resolve: letAnswer } = Promise.withResolvers<void>()
  const server = await startRawServer((socket) => void answerNow.then(() => socket.write(ok)))
  const transport = transportFor()
  const attempt = transport.attempt(serverAt(server.port), post(), within())
  await expect.poll(() => server.requests()).toBe(1)
  const forgotten = transport.forget(serverAt(server.port))
  const next = transport.attempt(serverAt(server.port), post(), within())
  await expect.poll(() => server.requests()).toBe(2)
  letAnswer()
  answered(await attempt)
  await forgotten
  await expect.poll(() => server.sockets.map((socket) => socket.closed)).toEqual([true, false])
  answered(await next)
})

describe('closing', () => {
  test('lets what is in flight end', async () => {
    const server = await startRawServer((socket) => setTimeout(() => socket.write(ok), 30))
    const transport = transportFor()
    const attempt = transport.attempt(serverAt(server.port), post(), within())
    await expect.poll(() => server.requests(), { interval: 1 }).toBe(1)
    await transport.close()
    answered(await attempt)
  })

  test('breaks off what does not end in time, as sent', async () => {
    const server = await startRawServer()
    const transport = transportFor()
    const attempt = transport.attempt(serverAt(server.port), post(), within())
    await expect.poll(() => server.requests()).toBe(1)
    await transport.close({ withinMs: 20 })
    expect(withoutError(await attempt)).toEqual({ evidence: 'sent', trouble: 'cancelled' })
    await expect.poll(() => server.sockets[0]?.closed).toBe(true)
  })

  test('a pool may be asked for twice, before and after it is done', async () => {
    const pool = new ServerPool('http://127.0.0.1:1', readOptions({}), storeOf().of(''))
    await Promise.all([pool.close(), pool.close()])
    await Promise.all([pool.close(), pool.destroy()])
    expect(pool.dispatcher.destroyed).toBe(true)
  })

  test('leaves no timer when nothing was going on', async () => {
    const before = handles()
    await createTransport().close()
    expect(handles()).toEqual(before)
  })

  test('leaves no socket and no timer, whatever was going on', async () => {
    const silent = await startRawServer()
    const quick = await startRawServer(always(ok))
    const before = handles()
    const transport = createTransport()
    answered(await transport.attempt(serverAt(quick.port), post(), within()))
    const forgotten = transport.attempt(serverAt(silent.port), post(), within())
    const handshaking = transport.attempt(serverAt(`https://127.0.0.1:${silent.port}`), post(), within())
    await expect.poll(() => silent.sockets.length).toBe(2)
    void transport.forget(serverAt(silent.port))
    await Promise.all([transport.close({ withinMs: 10 }), transport.close()])
    expect(withoutError(await forgotten)).toEqual({ evidence: 'sent', trouble: 'cancelled' })
    expect(withoutError(await handshaking)).toEqual({ evidence: 'not-sent', trouble: 'cancelled' })
    await expect.poll(() => [...silent.sockets, ...quick.sockets].every((socket) => socket.closed)).toBe(true)
    await expect.poll(handles).toEqual(before)
  })
})
