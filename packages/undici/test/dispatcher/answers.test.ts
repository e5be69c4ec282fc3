import { setTimeout } from 'node:timers/promises'

import { request } from 'undici'
import { describe, expect, test } from 'vitest'

import { dispatcherFor } from '../support/dispatchers.ts'
import { always, startRawServer } from '../support/raw-server.ts'

const url = 'http://payments/charges'
const long = 1_000_000
const longAnswer = `HTTP/1.1 200 OK\r\ncontent-length: ${long}\r\n\r\n`

describe('a long answer', () => {
  test('comes whole, and no faster than it is read', async () => {
    const server = await startRawServer((socket) => socket.write(longAnswer + 'x'.repeat(long)))
    const dispatcher = dispatcherFor([server.port])
    const { body } = await request(url, { dispatcher, highWaterMark: 1_000 })
    await setTimeout(20)
    expect(body.readableLength).toBeLessThan(200_000)
    expect((await body.text()).length).toBe(long)
  })

  test('through fetch, too', async () => {
    const server = await startRawServer((socket) => socket.write(longAnswer + 'x'.repeat(long)))
    const answer = await fetch(url, { dispatcher: dispatcherFor([server.port]) })
    expect((await answer.text()).length).toBe(long)
  })

  test('that is cut shows as an error, never as an end', async () => {
    const server = await startRawServer((socket) => socket.write(longAnswer + 'x'.repeat(long / 2), () => socket.end()))
    const dispatcher = dispatcherFor([server.port])
    const { body } = await request(url, { dispatcher })
    await expect(body.text()).rejects.toThrow(/broke off/u)
    const answer = await fetch(url, { dispatcher })
    await expect(answer.text()).rejects.toThrow(/terminated/u)
  })
})

test.each([
  ['HEAD', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n', 200],
  ['POST', 'HTTP/1.1 204 No Content\r\n\r\n', 204],
  ['GET', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n', 304],
])('%s without a body', async (method, bytes, status) => {
  const server = await startRawServer(always(bytes))
  const answer = await fetch(url, { method, dispatcher: dispatcherFor([server.port]) })
  expect([answer.status, await answer.text()]).toEqual([status, ''])
})

test('an answer that is coded reaches fetch as it is, which decodes it', async () => {
  const packed = Buffer.from('H4sIAAAAAAAAA8vPBgBH3dx5AgAAAA==', 'base64')
  const head = `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${packed.length}\r\n\r\n`
  const server = await startRawServer((socket) => socket.write(Buffer.concat([Buffer.from(head), packed])))
  const answer = await fetch(url, { dispatcher: dispatcherFor([server.port]) })
  expect(await answer.text()).toBe('ok')
})

test('a refusal that is passed on keeps its status, body and outcome', async () => {
  const declined = 'HTTP/1.1 402 Declined\r\ncontent-length: 4\r\n\r\npoor'
  const server = await startRawServer(always(declined))
  const answer = await fetch(url, { method: 'POST', body: 'x', dispatcher: dispatcherFor([server.port]) })
  expect([answer.status, answer.statusText, await answer.text()]).toEqual([402, 'Declined', 'poor'])
  expect(answer.headers.get('paylb-outcome')).toBe('declined')
})

test('a handler that throws ends its own request, and no other', async () => {
  const server = await startRawServer(always('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'))
  const dispatcher = dispatcherFor([server.port])
  const options = { origin: 'http://payments', path: '/', method: 'GET' } as const
  for (const step of ['onRequestStart', 'onResponseStart', 'onResponseData', 'onResponseEnd'] as const) {
    const error = await new Promise((resolve) => {
      const handler = { onRequestStart() {}, onResponseError: (_controller: unknown, thrown: Error) => resolve(thrown) }
      dispatcher.dispatch(options, {
        ...handler,
        [step]: () => {
          throw new Error(`thrown in ${step}`)
        },
      })
    })
    expect(error).toBeInstanceOf(Error)
  }
  expect((await request(url, { dispatcher })).statusCode).toBe(200)
})
