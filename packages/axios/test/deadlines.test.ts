import http from 'node:http'
import axios from 'axios'
import { describe, expect, test } from 'vitest'
import { failing } from './support/failing.ts'
import { inOrder } from './support/in-order.ts'
import { silent, startServer, startTcpServer } from './support/servers.ts'

describe('a server that does not answer in time', () => {
  test.each([
    { name: 'the timeout of axios', given: { timeout: 250 }, timeouts: {} },
    { name: 'headMs', given: {}, timeouts: { headMs: 250 } },
    { name: 'totalMs', given: {}, timeouts: { totalMs: 250 } },
  ])('ends a POST as unknown after $name, and no other server sees it', async ({ given, timeouts }) => {
    const [server, other] = [await startServer(silent), await startServer()]
    const payments = inOrder([server.url, other.url], axios.create(given), { timeouts })
    const startedAt = performance.now()
    const error = await failing(payments.post('/charges', { amount: 1 }))
    expect(performance.now() - startedAt).toBeGreaterThan(240)
    expect(error).toMatchObject({ outcome: 'unknown', code: 'ECONNABORTED' })
    expect(error.cause?.cause).toMatchObject({ message: expect.stringMatching(/within \d+ ms$/u) as string })
    expect(error.message).toMatch(/^timeout exceeded; payment outcome unknown: no complete answer came in time/u)
    expect([server.seen.length, other.seen.length]).toEqual([1, 0])
  })

  test('is left for another one by a GET, within the time of the whole call', async () => {
    const [server, other] = [await startServer(silent), await startServer()]
    const payments = inOrder([server.url, other.url], axios.create({ timeout: 5_000 }), { timeouts: { headMs: 250 } })
    expect((await payments.get('/charges/1')).status).toBe(200)
  })

  test('takes its time from the later attempts', async () => {
    const servers = [await startServer(silent), await startServer(silent), await startServer(silent)]
    const payments = inOrder(
      servers.map((server) => server.url),
      axios.create({ timeout: 500 }),
      { timeouts: { headMs: 300 } },
    )
    const startedAt = performance.now()
    await failing(payments.get('/charges/1'))
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    expect(servers.map((server) => server.seen.length)).toEqual([1, 1, 0])
  })

  test('is reported in the words that axios was given', async () => {
    const server = await startServer(silent)
    const instance = axios.create({
      timeout: 250,
      timeoutErrorMessage: 'too slow',
      transitional: { clarifyTimeoutError: true },
    })
    const error = await failing(inOrder([server.url], instance).post('/charges'))
    expect(error.code).toBe('ETIMEDOUT')
    expect(error.message).toMatch(/^too slow; payment outcome unknown/u)
  })
})

test('a connection that does not come about in time lets another server be tried', async () => {
  const other = await startServer()
  const { host } = await startTcpServer(() => {})
  const payments = inOrder([`https://${host}`, other.url], axios.create(), { timeouts: { connectMs: 250 } })
  const response = await payments.post('/charges', { amount: 1 })
  expect(response).toMatchObject({
    paylb: { outcome: 'succeeded', attempts: [{ outcome: 'not-sent', trouble: 'timeout' }, {}] },
  })
  expect(other.seen).toHaveLength(1)
})

test('connections that do not come about at all leave the payment not executed', async () => {
  const { host } = await startTcpServer(() => {})
  const payments = inOrder([`https://${host}`], axios.create({ timeout: 60 }))
  const error = await failing(payments.post('/charges', { amount: 1 }))
  expect(error).toMatchObject({ outcome: 'not-executed', code: 'ECONNABORTED' })
})

test('a request that waits too long for a socket of its agent is never sent', async () => {
  const server = await startServer(silent)
  const httpAgent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const payments = inOrder([server.url], axios.create({ httpAgent }), {
    timeouts: { connectMs: 200, headMs: 800 },
    failover: { maxAttempts: 1 },
  })
  const first = failing(payments.post('/first'))
  await expect.poll(() => server.seen.length).toBe(1)
  expect(await failing(payments.post('/second'))).toMatchObject({ outcome: 'not-executed' })
  expect(await first).toMatchObject({ outcome: 'unknown' })
  await expect.poll(() => [httpAgent.requests, httpAgent.sockets]).toEqual([{}, {}])
  expect(server.seen.map((one) => one.url)).toEqual(['/first'])
  httpAgent.destroy()
})

test('a body that stalls ends the payment as unknown, with the status that came', async () => {
  const server = await startServer(
    (_request, response) => void response.writeHead(200, { 'content-length': '10' }).write('half'),
  )
  const error = await failing(inOrder([server.url], axios.create({ timeout: 250 })).post('/charges'))
  expect(error).toMatchObject({ outcome: 'unknown', attempts: [{ evidence: 'sent', status: 200, trouble: 'timeout' }] })
})

test('a stream that stalls breaks off for its reader', async () => {
  const server = await startServer((_request, response) => void response.writeHead(200).write('half'))
  const payments = inOrder([server.url], axios.create({ timeout: 250, responseType: 'stream' }))
  const { data } = await payments.get<AsyncIterable<Buffer>>('/report')
  await expect(readAll(data)).rejects.toThrow('no complete answer within')
  await expect.poll(() => payments.paylb.snapshot().inFlight).toBe(0)
})

async function readAll(body: AsyncIterable<Buffer>): Promise<string> {
  let text = ''
  for await (const chunk of body) text += chunk.toString()
  return text
}
