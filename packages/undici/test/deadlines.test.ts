import { getEventListeners } from 'node:events'
import { setImmediate } from 'node:timers/promises'

import { describe, expect, test } from 'vitest'

import { answered, get, post, serverAt, transportFor, within, withoutError } from './support/attempts.ts'
import { always, startRawServer } from './support/raw-server.ts'

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const unfinished = 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'

test.each([
  ['no head comes', '', {}, { headMs: 30 }, {}],
  ['only interim answers come', 'HTTP/1.1 103 Early Hints\r\n\r\n', {}, { headMs: 30 }, {}],
  ['the body stalls', unfinished, { idleMs: 30 }, {}, { status: 200 }],
  ['everything together takes too long', unfinished, {}, { remainingMs: 30 }, { status: 200 }],
])('an attempt ends as sent, and its connection is closed, when %s', async (_what, bytes, options, times, rest) => {
  const server = await startRawServer(always(bytes))
  const report = await transportFor(options).attempt(serverAt(server.port), post(), within(times))
  expect(withoutError(report)).toEqual({ evidence: 'sent', trouble: 'timeout', ...rest })
  await expect.poll(() => server.sockets[0]?.closed).toBe(true)
  expect(server.requests()).toBe(1)
})

test('a body that keeps coming may take longer than the idle deadline', async () => {
  const server = await startRawServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n')
    for (let count = 1; count <= 6; count += 1) setTimeout(() => socket.write('x'), 30 * count)
  })
  const startedAt = performance.now()
  const report = await transportFor({ idleMs: 120 }).attempt(serverAt(server.port), post(), within())
  expect(answered(report).body?.toString()).toBe('xxxxxx')
  expect(performance.now() - startedAt).toBeGreaterThan(120)
})

test('an answer that came while the process stood still is in time', async () => {
  const server = await startRawServer((socket) => {
    socket.write(ok)
    const until = performance.now() + 80
    while (performance.now() < until); // the answer lies in the socket while the deadline passes
  })
  const report = await transportFor().attempt(serverAt(server.port), get(), within({ headMs: 40 }))
  expect(report.evidence).toBe('answered')
})

describe('a cancelled attempt', () => {
  test('was not sent when the signal had aborted before', async () => {
    const server = await startRawServer(always(ok))
    const signal = AbortSignal.abort(new Error('gone'))
    const report = await transportFor().attempt(serverAt(server.port), post({ signal }), within())
    expect(withoutError(report)).toEqual({ evidence: 'not-sent', trouble: 'cancelled' })
    expect(server.sockets.length).toBe(0)
  })

  test('was not sent when the signal aborts while it connects', async () => {
    const server = await startRawServer(always(ok))
    const controller = new AbortController()
    const attempt = transportFor().attempt(serverAt(server.port), post({ signal: controller.signal }), within())
    controller.abort(new Error('gone'))
    expect(withoutError(await attempt)).toEqual({ evidence: 'not-sent', trouble: 'cancelled' })
    for (let turn = 0; turn < 10; turn += 1) await setImmediate()
    expect(server.received.join('')).toBe('')
  })

  test('is unknown when the signal aborts after it was sent', async () => {
    const controller = new AbortController()
    const server = await startRawServer(() => controller.abort(new Error('gone')))
    const { signal } = controller
    const report = await transportFor().attempt(serverAt(server.port), post({ signal }), within())
    expect(report).toMatchObject({ evidence: 'sent', trouble: 'cancelled', error: new Error('gone') })
    expect(report).not.toHaveProperty('incomplete')
  })

  test('leaves no listener on the signal, whichever way it ended', async () => {
    const { signal } = new AbortController()
    const server = await startRawServer(always(ok))
    const transport = transportFor()
    answered(await transport.attempt(serverAt(server.port), post({ signal }), within()))
    await transport.attempt(serverAt('http://pay.invalid'), post({ signal }), within())
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
