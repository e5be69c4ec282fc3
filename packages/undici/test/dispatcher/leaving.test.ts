import { PaylbError } from '@paylb/core'
import { request } from 'undici'
import { describe, expect, test } from 'vitest'

import { dispatcherFor, endings } from '../support/dispatchers.ts'
import { always, startRawServer } from '../support/raw-server.ts'

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const url = 'http://payments/charges'

describe('a caller who leaves', () => {
  test('before anything was sent: nothing is sent', async () => {
    const server = await startRawServer(always(ok))
    const dispatcher = dispatcherFor([server.port])
    const body = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('half')) })
    const leaving = new AbortController()
    const paid = fetch(url, { method: 'POST', body, duplex: 'half', dispatcher, signal: leaving.signal })
    leaving.abort()
    await expect(paid).rejects.toThrow(/aborted/u)
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(request(url, { dispatcher, method: 'POST', body: 'x', signal })).rejects.toMatchObject({
      outcome: 'not-executed',
      cause: { message: 'gone' },
    })
    expect(server.sockets.length).toBe(0)
  })

  test('after a payment was sent: is told unknown at once, and the answer is read to its end', async () => {
    const { ended, observer } = endings()
    const server = await startRawServer()
    const dispatcher = dispatcherFor([server.port], { observer })
    const leaving = new AbortController()
    const paid = request(url, { dispatcher, method: 'POST', body: 'x', signal: leaving.signal })
    await expect.poll(() => server.requests()).toBe(1)
    leaving.abort(new Error('gone'))
    await expect(paid).rejects.toMatchObject({
      code: 'outcome-unknown',
      outcome: 'unknown',
      attempts: [{ evidence: 'sent', outcome: 'unknown', trouble: 'cancelled' }],
      cause: { message: 'gone' },
    })
    expect(ended).toEqual([])
    server.sockets[0]?.write(ok)
    await expect.poll(() => ended.map(({ outcome }) => outcome)).toEqual(['succeeded'])
  })

  test('with onClientAbort: cancel, the connection is closed', async () => {
    const server = await startRawServer()
    const dispatcher = dispatcherFor([server.port], { onClientAbort: 'cancel' })
    const leaving = new AbortController()
    const paid = request(url, { dispatcher, method: 'POST', body: 'x', signal: leaving.signal })
    await expect.poll(() => server.requests()).toBe(1)
    leaving.abort(new Error('gone'))
    await expect(paid).rejects.toMatchObject({ code: 'outcome-unknown', outcome: 'unknown' })
    await expect.poll(() => server.sockets[0]?.closed).toBe(true)
  })

  test('a safe request is cancelled', async () => {
    const server = await startRawServer()
    const dispatcher = dispatcherFor([server.port])
    const leaving = new AbortController()
    const asked = fetch(url, { dispatcher, signal: leaving.signal })
    await expect.poll(() => server.requests()).toBe(1)
    leaving.abort()
    await expect(asked).rejects.toThrow(/aborted/u)
    await expect.poll(() => server.sockets[0]?.closed).toBe(true)
  })

  test('while a long answer comes in: a payment’s is read to its end, another one is given up', async () => {
    const { ended, observer } = endings()
    const start = 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n'
    const server = await startRawServer(always(start + 'x'.repeat(90_000)))
    const dispatcher = dispatcherFor([server.port], { observer })
    const payment = await request(url, { dispatcher, method: 'POST', body: 'x' })
    const question = await request(url, { dispatcher })
    expect(payment.headers).not.toHaveProperty('paylb-outcome')
    for (const answer of [payment, question]) answer.body.on('error', () => {}).destroy()
    await expect.poll(() => server.sockets[1]?.closed).toBe(true)
    expect(server.sockets[0]?.closed).toBe(false)
    server.sockets[0]?.write('x'.repeat(10_000))
    const outcomes = (): string[] => ended.filter(({ method }) => method === 'POST').map(({ outcome }) => outcome)
    await expect.poll(outcomes).toEqual(['succeeded'])
  })

  test('in the middle of a streamed body: half a payment is never ended as if it were whole', async () => {
    const server = await startRawServer(always(ok))
    const dispatcher = dispatcherFor([server.port], { maxReplayBytes: 4 })
    const body = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('12345678')) })
    const leaving = new AbortController()
    const init = { method: 'POST', body, duplex: 'half', dispatcher, signal: leaving.signal } as const
    const paid = fetch(url, init)
    await expect.poll(() => server.received.join('')).toContain('12345678')
    leaving.abort()
    await expect(paid).rejects.toThrow(/aborted/u)
    await expect.poll(() => server.sockets[0]?.closed).toBe(true)
    expect(server.received[0]).not.toContain('\r\n0\r\n')
    expect(server.requests()).toBe(0)
  })
})

describe('time', () => {
  test('headMs ends an attempt: unknown, timed out', async () => {
    const server = await startRawServer()
    const dispatcher = dispatcherFor([server.port], { timeouts: { headMs: 30 } })
    const error: unknown = await request(url, { dispatcher, method: 'POST', body: 'x' }).catch(
      (thrown: unknown) => thrown,
    )
    expect(PaylbError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({ outcome: 'unknown', timedOut: true, attempts: [{ trouble: 'timeout' }] })
  })

  test('undici’s own headersTimeout shortens it for one request', async () => {
    const server = await startRawServer()
    const dispatcher = dispatcherFor([server.port])
    const paid = request(url, { dispatcher, method: 'POST', body: 'x', headersTimeout: 30 })
    await expect(paid).rejects.toMatchObject({ outcome: 'unknown', timedOut: true })
  })

  test('totalMs ends everything', async () => {
    const server = await startRawServer()
    const dispatcher = dispatcherFor([server.port, server.port + 1], { timeouts: { totalMs: 30 } })
    await expect(request(url, { dispatcher })).rejects.toMatchObject({ timedOut: true })
  })
})
