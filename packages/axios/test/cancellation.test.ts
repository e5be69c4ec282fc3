import axios from 'axios'
import { describe, expect, test } from 'vitest'
import { failing } from './support/failing.ts'
import { inOrder } from './support/in-order.ts'
import { refusedUrl, silent, startServer, startTcpServer } from './support/servers.ts'

describe('a caller who cancels', () => {
  test('after the request was sent hears that the outcome is unknown', async () => {
    const [server, other] = [await startServer(silent), await startServer()]
    const controller = new AbortController()
    const call = failing(inOrder([server.url, other.url]).post('/charges', {}, { signal: controller.signal }))
    await expect.poll(() => server.seen.length).toBe(1)
    controller.abort()
    const error = await call
    expect(axios.isCancel(error)).toBe(true)
    expect(error).toMatchObject({
      name: 'CanceledError',
      code: 'ERR_CANCELED',
      message: 'canceled',
      outcome: 'unknown',
    })
    expect(other.seen).toEqual([])
  })

  test('before anything could be sent hears that nothing was executed', async () => {
    const accepted = Promise.withResolvers<unknown>()
    const { host } = await startTcpServer(accepted.resolve)
    const controller = new AbortController()
    const call = failing(inOrder([`https://${host}`]).post('/charges', {}, { signal: controller.signal }))
    await accepted.promise
    controller.abort()
    expect(await call).toMatchObject({ name: 'CanceledError', outcome: 'not-executed' })
  })

  test('before the call hears that nothing was executed', async () => {
    const server = await startServer()
    const error = await failing(inOrder([server.url]).post('/charges', {}, { signal: AbortSignal.abort() }))
    expect(error).toMatchObject({ name: 'CanceledError', outcome: 'not-executed', attempts: [] })
    expect(server.seen).toEqual([])
  })

  test('between two attempts is not sent to another server', async () => {
    const server = await startServer()
    const controller = new AbortController()
    const payments = inOrder([await refusedUrl(), server.url])
    payments.paylb.observe({ onAttemptEnd: () => controller.abort() })
    const error = await failing(payments.post('/charges', {}, { signal: controller.signal }))
    expect(error).toMatchObject({ name: 'CanceledError', outcome: 'not-executed', attempts: { length: 1 } })
    expect(server.seen).toEqual([])
  })

  test('may use a cancel token, and is quoted', async () => {
    const server = await startServer(silent)
    const source = axios.CancelToken.source()
    const call = failing(inOrder([server.url]).post('/charges', {}, { cancelToken: source.token }))
    await expect.poll(() => server.seen.length).toBe(1)
    source.cancel('the user went back')
    expect(await call).toMatchObject({ name: 'CanceledError', message: 'the user went back', outcome: 'unknown' })
  })

  test('while an answer is being handed over still hears its outcome', async () => {
    const server = await startServer()
    const controller = new AbortController()
    const payments = inOrder([server.url])
    payments.paylb.observe({ onPaymentEnd: () => queueMicrotask(() => controller.abort()) })
    const error = await failing(payments.post('/charges', {}, { signal: controller.signal }))
    expect(error).toMatchObject({ name: 'CanceledError', outcome: 'succeeded' })
  })

  test('breaks off a stream', async () => {
    const server = await startServer((_request, response) => void response.writeHead(200).write('half'))
    const controller = new AbortController()
    const payments = inOrder([server.url], axios.create({ responseType: 'stream' }))
    const { data } = await payments.get<NodeJS.ReadableStream>('/report', { signal: controller.signal })
    const broken = new Promise((resolve) => data.once('error', resolve))
    controller.abort()
    expect(await broken).toMatchObject({ name: 'CanceledError' })
    await expect.poll(() => payments.paylb.snapshot()).toMatchObject({ inFlight: 0, servers: [{ failureRate: 0 }] })
  })
})
