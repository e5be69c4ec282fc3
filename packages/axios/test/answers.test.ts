import { gzipSync } from 'node:zlib'
import { Readable } from 'node:stream'
import axios from 'axios'
import type { PaymentEnd } from '@paylb/core'
import { describe, expect, test } from 'vitest'
import { failing } from './support/failing.ts'
import { inOrder } from './support/in-order.ts'
import { answer, startServer, startTcpServer } from './support/servers.ts'

describe('an answer that validateStatus does not accept', () => {
  test.each([
    { status: 402, code: 'ERR_BAD_REQUEST', outcome: 'declined' },
    { status: 400, code: 'ERR_BAD_REQUEST', outcome: 'rejected' },
    { status: 401, code: 'ERR_BAD_REQUEST', outcome: 'rejected' },
    { status: 429, code: 'ERR_BAD_REQUEST', outcome: 'unknown' },
    { status: 307, code: 'ERR_BAD_RESPONSE', outcome: 'unknown' },
    { status: 500, code: 'ERR_BAD_RESPONSE', outcome: 'unknown' },
    { status: 503, code: 'ERR_BAD_RESPONSE', outcome: 'unknown' },
  ])('with status $status is the error that axios makes, and says $outcome', async ({ status, code, outcome }) => {
    const [server, other] = [
      await startServer(answer(status, { 'content-type': 'application/json' }, '{"why":1}')),
      await startServer(),
    ]
    const error = await failing(inOrder([server.url, other.url]).post('/charges'))
    expect(error).toMatchObject({
      name: 'AxiosError',
      code,
      status,
      outcome,
      message: `Request failed with status code ${status}`,
    })
    expect(error.response?.data).toEqual({ why: 1 })
    expect(error).toBeInstanceOf(axios.AxiosError)
    expect(other.seen).toEqual([])
  })

  test.each([
    { name: 'a function', validateStatus: (status: number) => status === 402 },
    { name: 'null', validateStatus: null },
  ])('is the answer where validateStatus is $name', async ({ validateStatus }) => {
    const server = await startServer(answer(402))
    const response = await inOrder([server.url], axios.create({ validateStatus })).post('/charges')
    expect(response).toMatchObject({ status: 402, paylb: { outcome: 'declined' } })
  })
})

describe('an answer that is cut', () => {
  const half = 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'

  test.each([
    { name: 'by the end of the connection', text: half, isReset: false },
    { name: 'by a reset', text: half, isReset: true },
    { name: 'in its head', text: 'HTTP/1.1 200 OK\r\ncontent-le', isReset: false },
    {
      name: 'before its last chunk',
      text: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n',
      isReset: false,
    },
  ])('$name leaves the outcome of a POST unknown, and no other server sees it', async ({ text, isReset }) => {
    const other = await startServer()
    const { host } = await startTcpServer((socket) => {
      socket.once('data', () => socket.write(text, () => (isReset ? socket.resetAndDestroy() : socket.end())))
    })
    const error = await failing(inOrder([`http://${host}`, other.url]).post('/charges'))
    expect(error).toMatchObject({ outcome: 'unknown', attempts: [{ evidence: 'sent', trouble: 'connection' }] })
    expect(other.seen).toEqual([])
  })
})

describe('an answer that cannot be read', () => {
  test.each([
    { name: 'because it is no HTTP', trouble: 'malformed', reply: 'nonsense\r\n\r\n' },
    {
      name: 'because it has two lengths',
      trouble: 'malformed',
      reply: 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
    },
    {
      name: 'because it is wrongly compressed',
      trouble: 'malformed',
      reply: 'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nabcd',
    },
    {
      name: 'because it is larger than the caller allows',
      trouble: 'local',
      reply: 'HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n0123456789012345678901234567890123456789',
    },
  ])('$name leaves the outcome of a POST unknown', async ({ reply, trouble }) => {
    const { host } = await startTcpServer((socket) => socket.once('data', () => socket.write(reply)))
    const error = await failing(inOrder([`http://${host}`], axios.create({ maxContentLength: 20 })).post('/charges'))
    expect(error).toMatchObject({ outcome: 'unknown', attempts: [{ evidence: 'sent', trouble }] })
  })

  test('because it is no JSON is an error of axios that still says that the payment succeeded', async () => {
    const server = await startServer(answer(200, {}, 'no json'))
    const instance = axios.create({ responseType: 'json', transitional: { silentJSONParsing: false } })
    const error = await failing(inOrder([server.url], instance).post('/charges'))
    expect(error).toMatchObject({ outcome: 'succeeded', code: 'ERR_BAD_RESPONSE' })
  })
})

test('a compressed answer is unpacked', async () => {
  const server = await startServer(
    (_request, response) => void response.setHeader('content-encoding', 'gzip').end(gzipSync('{"ok":1}')),
  )
  const { data } = await inOrder([server.url]).get('/')
  expect(data).toEqual({ ok: 1 })
})

test('the hook that classifies answers sees status, headers and body', async () => {
  const server = await startServer(answer(200, { 'x-result': 'no' }, '{"state":"declined"}'))
  const payments = inOrder([server.url], axios.create(), {
    classify: ({ status, headers, body }) => {
      const text = Buffer.from(body ?? []).toString()
      return status === 200 && headers.get('x-result') === 'no' && text.includes('declined') ? 'declined' : undefined
    },
  })
  expect(await payments.post('/charges')).toHaveProperty('paylb.outcome', 'declined')
})

describe('a streamed answer', () => {
  test('promises nothing before its end, and holds its server until then', async () => {
    const end = Promise.withResolvers<void>()
    const server = await startServer((_request, response) => {
      response.writeHead(200).write('first')
      void end.promise.then(() => response.end('last'))
    })
    const { payments, response, ended } = await streaming([server.url])
    expect(response).toMatchObject({ paylb: { outcome: undefined, attempts: { length: 1 } } })
    expect(payments.paylb.snapshot().inFlight).toBe(1)
    end.resolve()
    const chunks = await response.data.toArray()
    expect(Buffer.concat(chunks as Buffer[]).toString()).toBe('firstlast')
    expect((await ended).outcome).toBe('succeeded')
    expect(payments.paylb.snapshot().inFlight).toBe(0)
  })

  test('that is cut breaks off for its reader and is unknown', async () => {
    const { host } = await startTcpServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'))
    })
    const { response, ended } = await streaming([`http://${host}`])
    await expect(response.data.toArray()).rejects.toThrow('aborted')
    expect((await ended).outcome).toBe('unknown')
  })

  test('that its reader gives up frees its server', async () => {
    const server = await startServer((_request, response) => void response.writeHead(200).write('first'))
    const { payments, response, ended } = await streaming([server.url])
    response.data.destroy()
    expect((await ended).outcome).toBe('unknown')
    expect(payments.paylb.snapshot()).toMatchObject({ inFlight: 0, servers: [{ failureRate: 0 }] })
  })

  test('that is whole when its reader gives up has its outcome', async () => {
    const server = await startServer()
    const { response, ended } = await streaming([server.url])
    await expect.poll(() => response.request.res.complete).toBe(true)
    response.data.destroy()
    expect((await ended).outcome).toBe('succeeded')
  })

  test('that validateStatus does not accept is an error whose outcome is not promised', async () => {
    const server = await startServer(answer(402, {}, 'no'))
    const error = await failing(inOrder([server.url], axios.create({ responseType: 'stream' })).post('/charges'))
    expect(error).toMatchObject({ status: 402, outcome: 'unknown' })
    destroy(error.response?.data)
  })
})

async function streaming(urls: readonly string[]) {
  const payments = inOrder(urls, axios.create({ responseType: 'stream' }))
  const ended = new Promise<PaymentEnd>((resolve) => void payments.paylb.observe({ onPaymentEnd: resolve }))
  const response = await payments.post<Readable>('/charges')
  return { payments, response, ended }
}

function destroy(body: unknown): void {
  if (body instanceof Readable) body.destroy()
}
