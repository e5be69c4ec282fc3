import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

import type { AttemptReport } from '@paylb/core'
import { type buildConnector, Client, type Dispatcher } from 'undici'
import { expect, onTestFinished, test } from 'vitest'

import { Alarm } from '../src/alarm.ts'
import type { AttemptLimits } from '../src/attempt-deadlines.ts'
import { Attempt } from '../src/attempt.ts'
import type { TransportAnswer, TransportRequest } from '../src/index.ts'
import { post, serverAt, transportFor, within, withoutError } from './support/attempts.ts'
import { always, startRawServer } from './support/raw-server.ts'

/*
 * A request that waits for its connection cannot be withdrawn from undici. So an attempt that was given up while it
 * waited must not let anything out when the connection comes at last.
 */

const limits: AttemptLimits = { connectMs: 20, idleMs: 10_000, maxAnswerBufferBytes: 1_000, alarm: new Alarm() }
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

/** A client that begins to connect only when `open` is called. */
function lateClient(port: number): { client: Client; open: () => void } {
  const gate = new AbortController()
  const later: buildConnector.connector = (_options, callback) => {
    const go = (): void => {
      const socket: Socket = connect(port, '127.0.0.1', () => callback(null, socket))
    }
    if (gate.signal.aborted) go()
    else gate.signal.addEventListener('abort', go)
  }
  const client = new Client(`http://127.0.0.1:${port}`, { connect: later })
  onTestFinished(() => client.destroy())
  return { client, open: () => gate.abort() }
}

function start(
  client: Dispatcher,
  request: TransportRequest,
  connectMs = limits.connectMs,
): Promise<AttemptReport<TransportAnswer>> {
  return new Promise((resolve) => {
    new Attempt(request, within(), { ...limits, connectMs }, resolve).dispatch(client, request.path, '127.0.0.1')
  })
}

test('a connection that comes after its deadline sends nothing', async () => {
  const server = await startRawServer(always(ok))
  const { client, open } = lateClient(server.port)
  const report = await start(client, post())
  expect(withoutError(report)).toEqual({ evidence: 'not-sent', trouble: 'timeout' })

  const disconnected = once(client, 'disconnect')
  open()
  await disconnected
  await expect.poll(() => server.sockets[0]?.readableEnded).toBe(true)
  expect(server.received).toEqual([''])
})

test('requests queued behind a late connection send nothing once given up, and the others go out', async () => {
  const server = await startRawServer(always(ok))
  const { client, open } = lateClient(server.port)
  const controller = new AbortController()
  const first = start(client, post({ path: '/first' }))
  const second = start(client, post({ path: '/second', signal: controller.signal }), 10_000)
  const third = start(client, post({ path: '/third' }), 10_000)
  await first
  controller.abort(new Error('gone'))
  expect(withoutError(await second)).toEqual({ evidence: 'not-sent', trouble: 'cancelled' })

  open()
  expect((await third).evidence).toBe('answered')
  expect(server.received.join('')).not.toMatch(/first|second/u)
  expect(server.requests()).toBe(1)
})

test('requests queued behind a connection that fails were not sent', async () => {
  const gate = new AbortController()
  const failing: buildConnector.connector = (_options, callback) => {
    gate.signal.addEventListener('abort', () => callback(new Error('no route'), null))
  }
  const client = new Client('http://127.0.0.1:1', { connect: failing })
  onTestFinished(() => client.destroy())
  const attempts = [start(client, post(), 10_000), start(client, post(), 10_000)]
  gate.abort()
  for (const report of await Promise.all(attempts)) {
    expect(withoutError(report)).toEqual({ evidence: 'not-sent', trouble: 'connection' })
  }
})

test('an attempt that is started a second time aborts and stays unknown', async () => {
  const { promise: report, resolve } = Promise.withResolvers<AttemptReport<TransportAnswer>>()
  const attempt = new Attempt(post(), within(), limits, resolve)
  const aborted: Error[] = []
  const controller = { aborted: false, paused: false, reason: null, pause() {}, resume() {} }
  attempt.onRequestStart({ ...controller, abort: () => expect.unreachable() })
  attempt.onRequestStart({ ...controller, abort: (reason) => aborted.push(reason) })
  expect(aborted.length).toBe(1)
  expect(withoutError(await report)).toEqual({ evidence: 'sent', trouble: 'connection' })
})

test('a TLS handshake that stalls ends at the connect deadline, and its socket is closed', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const { port } = server.address() as AddressInfo
  const transport = transportFor({ connectMs: 30 })
  const report = await transport.attempt(serverAt(`https://127.0.0.1:${port}`), post(), within())
  expect(withoutError(report)).toEqual({ evidence: 'not-sent', trouble: 'timeout' })

  const [socket] = await accepted
  socket.on('error', () => {}).resume()
  await once(socket, 'close')
})
