import { setImmediate } from 'node:timers/promises'

import type { AnsweredAttempt } from '@paylb/core'
import { describe, expect, test } from 'vitest'

import type { AnswerReader, AnswerSink, TransportAnswer } from '../src/index.ts'
import { answered, get, handles, post, serverAt, transportFor, within } from './support/attempts.ts'
import { Notes } from './support/notes.ts'
import { type RawServer, startRawServer } from './support/raw-server.ts'

const chunkedHead = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`
const lastChunk = '0\r\n\r\n'

function read(report: AnsweredAttempt<TransportAnswer>, sink: AnswerSink): AnswerReader {
  if (report.answer.stream === undefined) throw new Error('expected a streamed answer')
  return report.answer.stream(sink)
}

/** A chunked answer whose first chunk is here, and the server that holds its rest. */
async function begunAnswer(times = {}): Promise<{ report: AnsweredAttempt<TransportAnswer>; server: RawServer }> {
  const server = await startRawServer((socket) => socket.write(chunkedHead + chunk('first ')))
  const transport = transportFor({ idleMs: 60 })
  return { report: answered(await transport.attempt(serverAt(server.port), get(), within(times))), server }
}

test('a chunked answer to a safe request flows as it comes, and ends once', async () => {
  const { report, server } = await begunAnswer()
  const notes = new Notes()
  read(report, notes)
  await expect.poll(() => notes.text, { interval: 1 }).toBe('first ')
  expect(notes.endings).toEqual([])
  server.sockets[0]?.write(chunk('last') + lastChunk)
  await expect(report.ended).resolves.toBe('complete')
  expect(notes).toMatchObject({ text: 'first last', endings: ['end'] })
})

describe('an answer beyond the buffer streams, with nothing lost:', () => {
  const long = 'x'.repeat(400_000)
  const declared = `HTTP/1.1 200 OK\r\ncontent-length: ${long.length}\r\n\r\n${long}`
  test.each([
    ['declared, to an unsafe request', post(), declared],
    ['declared, with an error status', get(), declared.replace('200', '500')],
    ['chunked, to an unsafe request', post(), chunkedHead + chunk(long) + lastChunk],
  ])('%s', async (_what, request, bytes) => {
    const server = await startRawServer((socket) => socket.write(bytes))
    const report = answered(await transportFor().attempt(serverAt(server.port), request, within()))
    expect(report.body).toBeUndefined()
    const notes = new Notes()
    read(report, notes)
    await expect(report.ended).resolves.toBe('complete')
    expect(notes.endings).toEqual(['end'])
    expect(notes.text).toBe(long)
  })
})

test('an answer that is declared too long to be held is told at its head', async () => {
  const server = await startRawServer((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 70000\r\n\r\n'))
  const report = answered(await transportFor().attempt(serverAt(server.port), post(), within()))
  expect(report.body).toBeUndefined()
  report.discard?.()
})

test('a slow sink holds the server back', async () => {
  const piece = 'x'.repeat(65_536)
  const pieces = 500
  let written = 0
  const server = await startRawServer((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${pieces * piece.length}\r\n\r\n`)
    const write = (): void => {
      while (written < pieces && socket.write(piece)) written += 1
    }
    socket.on('drain', () => {
      written += 1
      write()
    })
    write()
  })
  const report = answered(await transportFor().attempt(serverAt(server.port), get(), within()))
  const notes = new Notes(3)
  const reader = read(report, notes)
  await expect.poll(() => notes.room, { interval: 1 }).toBe(0)
  for (let before = -1; before !== written;) {
    before = written
    for (let turn = 0; turn < 50; turn += 1) await setImmediate()
  }
  expect(notes.room).toBe(0)
  expect(written).toBeLessThan(pieces / 2) // what the buffers of the kernel hold

  notes.room = Infinity
  reader.resume()
  await expect(report.ended).resolves.toBe('complete')
  expect(notes.text.length).toBe(pieces * piece.length)
})

test('the idle deadline waits while the sink does, and the total deadline does not', async () => {
  const { report, server } = await begunAnswer({ remainingMs: 300 })
  await new Promise((resolve) => setTimeout(resolve, 120))
  expect(server.sockets[0]?.destroyed).toBe(false)
  await expect(report.ended).resolves.toBe('abandoned')
  await expect.poll(() => server.sockets[0]?.closed).toBe(true)
})

test('what breaks before anybody reads is told to whoever reads later', async () => {
  const { report, server } = await begunAnswer()
  server.sockets[0]?.resetAndDestroy()
  await expect(report.ended).resolves.toBe('cut')
  const notes = new Notes()
  read(report, notes)
  expect(notes).toMatchObject({ text: '', endings: [expect.any(Error)] })
})

describe('a streamed answer is cut when', () => {
  test.each<[string, (server: RawServer) => unknown]>([
    ['the server resets', (server) => server.sockets[0]?.resetAndDestroy()],
    ['the server ends the connection', (server) => server.sockets[0]?.end()],
    ['the server sends what is no chunk', (server) => server.sockets[0]?.write('zz\r\n')],
    ['the server stalls', () => undefined],
  ])('%s', async (_what, breakOff) => {
    const { report, server } = await begunAnswer()
    const notes = new Notes()
    read(report, notes)
    breakOff(server)
    await expect(report.ended).resolves.toBe('cut')
    expect(notes).toMatchObject({ text: 'first ', endings: [expect.any(Error)] })
    await expect.poll(() => server.sockets[0]?.closed).toBe(true)
  })

  test('a reset ends a body that only the connection delimits', async () => {
    const server = await startRawServer((socket) => socket.write('HTTP/1.1 200 OK\r\n\r\nfirst '))
    const report = answered(await transportFor().attempt(serverAt(server.port), get(), within()))
    const notes = new Notes()
    read(report, notes)
    await expect.poll(() => notes.text, { interval: 1 }).toBe('first ')
    server.sockets[0]?.resetAndDestroy()
    await expect(report.ended).resolves.toBe('cut')
    expect(notes.endings).toEqual([expect.any(Error)])
  })
})

test('a body that only the connection delimits is whole for a safe request when it ends cleanly', async () => {
  const server = await startRawServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall'))
  const report = answered(await transportFor().attempt(serverAt(server.port), get(), within()))
  const notes = new Notes()
  read(report, notes)
  await expect(report.ended).resolves.toBe('complete')
  expect(notes).toMatchObject({ text: 'all', endings: ['end'] })
})

describe('a streamed answer is abandoned, and its connection closed, when', () => {
  const throwing: AnswerSink = {
    data: () => {
      throw new Error('a fault in the sink')
    },
    end: () => expect.unreachable(),
    cut: () => expect.unreachable(),
  }
  test.each<[string, (report: AnsweredAttempt<TransportAnswer>) => unknown]>([
    ['it is discarded', (report) => report.discard?.()],
    ['its reader abandons it', (report) => read(report, new Notes()).abandon()],
    ['its sink throws', (report) => read(report, throwing)],
  ])('%s', async (_what, giveUp) => {
    const before = handles()
    const { report, server } = await begunAnswer()
    giveUp(report)
    await expect(report.ended).resolves.toBe('abandoned')
    await expect.poll(() => server.sockets[0]?.closed).toBe(true)
    await expect.poll(handles).toEqual(before)
  })

  test('its reader hears nothing more, even if the rest is here already', async () => {
    const { report, server } = await begunAnswer()
    const notes = new Notes(1)
    const reader = read(report, notes)
    await expect.poll(() => notes.room, { interval: 1 }).toBe(0)
    server.sockets[0]?.write(lastChunk)
    reader.abandon()
    reader.resume()
    await expect(report.ended).resolves.toBe('abandoned')
    expect(notes.endings).toEqual([])
  })

  test('its reader hears nothing more', async () => {
    const { report, server } = await begunAnswer()
    const notes = new Notes()
    const reader = read(report, notes)
    reader.abandon()
    reader.resume()
    server.sockets[0]?.end()
    await setImmediate()
    expect(notes.endings).toEqual([])
  })
})

test("a signal that aborts in mid-body cuts it for the reader, and is not the server's doing", async () => {
  const controller = new AbortController()
  const server = await startRawServer((socket) => socket.write(chunkedHead + chunk('first ')))
  const request = get({ signal: controller.signal })
  const report = answered(await transportFor().attempt(serverAt(server.port), request, within()))
  const notes = new Notes()
  read(report, notes)
  controller.abort(new Error('gone'))
  await expect(report.ended).resolves.toBe('abandoned')
  expect(notes.endings).toEqual([new Error('gone')])
})
