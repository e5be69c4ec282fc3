import { expect, test } from 'vitest'

import type { BodyStream } from '../src/index.ts'
import { answered, post, serverAt, transportFor, within, withoutError } from './support/attempts.ts'
import { startRawServer } from './support/raw-server.ts'

/* The caller of a payment that was sent may leave: its outcome is wanted all the same. */

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

test('once sent, a detached request is read to its end though its caller leaves', async () => {
  const server = await startRawServer()
  const caller = new AbortController()
  const request = post({ signal: caller.signal, detachesOnceSent: true })
  const report = transportFor().attempt(serverAt(server.port), request, within())
  await expect.poll(() => server.requests()).toBe(1)
  caller.abort()
  server.sockets[0]?.write(ok)
  expect(answered(await report).status).toBe(200)
})

test('before it is sent, a detached request is given up with its caller', async () => {
  const server = await startRawServer()
  const caller = new AbortController()
  const request = post({ signal: caller.signal, detachesOnceSent: true })
  const report = transportFor().attempt(serverAt(server.port), request, within())
  caller.abort()
  expect(withoutError(await report)).toEqual({ evidence: 'not-sent', trouble: 'cancelled' })
  expect(server.requests()).toBe(0)
})

test('a detached upload whose source breaks off is incomplete', async () => {
  const server = await startRawServer()
  const caller = new AbortController()
  const body: BodyStream = {
    length: 1_000,
    async *chunks() {
      yield Buffer.alloc(500, 'x')
      await expect.poll(() => server.received[0]?.endsWith('x')).toBe(true)
      caller.abort()
      throw new Error('the caller went away')
    },
  }
  const request = post({ body, signal: caller.signal, detachesOnceSent: true })
  const report = await transportFor().attempt(serverAt(server.port), request, within())
  expect(withoutError(report)).toEqual({ evidence: 'sent', trouble: 'cancelled', incomplete: true })
  expect(server.requests()).toBe(0)
})
