import { once } from 'node:events'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { Faults } from '../src/index.ts'
import { charge, failureOf, send, until } from './support/client.ts'
import { start } from './support/scope.ts'

const reset = 'ECONNRESET'

describe('a fault of one request', () => {
  test.each<{ faults: Faults; sees: string; executions: number }>([
    { faults: { reset: 'before' }, sees: reset, executions: 0 },
    { faults: { reset: 'within' }, sees: reset, executions: 1 },
    { faults: { reset: 'after' }, sees: reset, executions: 1 },
    { faults: { cutBody: true }, sees: reset, executions: 1 },
    { faults: { stall: true }, sees: 'TIMEOUT', executions: 1 },
    { faults: { stallBeforeExecution: true }, sees: 'TIMEOUT', executions: 0 },
    { faults: { errorBurst: { status: 503 } }, sees: 'status 503', executions: 0 },
    { faults: { errorBurst: { status: 500, afterExecution: true } }, sees: 'status 500', executions: 1 },
    { faults: { decline: true }, sees: 'status 402', executions: 0 },
  ])('$faults: the caller sees $sees, executions $executions', async ({ faults, sees, executions }) => {
    const server = await start({ faults })
    expect(await failureOf(charge(server, 'order-1', { timeoutMs: 300 }))).toBe(sees)
    expect(server.stats().executions).toBe(executions)
  })

  test('is over when {} is set, and the key then tells what happened', async () => {
    const server = await start({ faults: { reset: 'after' } })
    await failureOf(charge(server, 'order-1'))
    await server.setFaults({})
    expect((await charge(server, 'order-1')).headers['idempotent-replayed']).toBe('true')
  })
})

async function receivedBytes(faults: Faults): Promise<{ received: string; error: string | undefined }> {
  const server = await start({ faults })
  const socket = connect(server.port, '127.0.0.1')
  let received = ''
  let error: string | undefined
  socket.on('data', (chunk) => (received += chunk))
  socket.on('error', (caught: NodeJS.ErrnoException) => (error = caught.code))
  socket.write('POST /charges HTTP/1.1\r\nhost: x\r\ncontent-length: 14\r\n\r\n{"amount":100}')
  await new Promise((resolve) => socket.once('close', resolve))
  return { received, error }
}

/* Node 22 reads a reset that comes right behind the last bytes as an ordinary end (measured; Node 24 does not). */
const resetBehindData = process.version.startsWith('v22.') ? expect.toBeOneOf([reset, undefined]) : reset

describe('what reaches the caller', () => {
  test.each<{ faults: Faults; answer: RegExp; error: unknown }>([
    { faults: { reset: 'before' }, answer: /^$/u, error: reset },
    { faults: { reset: 'after' }, answer: /^$/u, error: reset },
    { faults: { reset: 'within' }, answer: /^HTTP\/1\.1 201 [^]*\r\n\r\n\{[^}]+$/u, error: resetBehindData },
    { faults: { cutBody: true }, answer: /^HTTP\/1\.1 201 [^]*\r\n\r\n\{[^}]+$/u, error: undefined },
  ])('of $faults: an answer like $answer, then $error', async ({ faults, answer, error }) => {
    const seen = await receivedBytes(faults)
    expect(seen.received).toMatch(answer)
    expect(seen.error).toEqual(error)
  })
})

describe('a delay', () => {
  test('executes late, after the caller has hung up', async () => {
    const server = await start({ faults: { delayMs: 150 } })
    expect(await failureOf(charge(server, 'order-1', { timeoutMs: 30 }))).toBe('TIMEOUT')
    expect(server.stats().executions).toBe(0)
    await until(() => server.stats().executions === 1)
  })

  test('that a closing server cuts short executes nothing', async () => {
    const server = await start({ faults: { delayMs: 60_000 } })
    const failure = failureOf(charge(server, 'order-1'))
    await until(() => server.stats().delays === 1)
    await server.close()
    expect([await failure, server.stats().executions]).toEqual([reset, 0])
  })

  test('is waited out by a server that closes with grace', async () => {
    const server = await start({ faults: { delayMs: 50 } })
    const answer = charge(server, 'order-1')
    await until(() => server.stats().delays === 1)
    await server.close({ graceMs: 10_000 })
    expect((await answer).status).toBe(201)
  })
})

/* One mark for each of a hundred charges: x where the fault struck. */
async function hitsWith(seed: number): Promise<string> {
  const server = await start({ seed, faults: { decline: true, probability: 0.3 } })
  const statuses = []
  for (let count = 0; count < 100; count += 1) statuses.push((await charge(server)).status)
  return statuses.map((status) => (status === 402 ? 'x' : '.')).join('')
}

describe('limits', () => {
  test('times: only the next so many requests are hit, and other routes do not use them up', async () => {
    const server = await start({ faults: { errorBurst: { status: 503 }, times: 2 } })
    await send(`${server.url}/health`)
    const statuses = []
    for (const key of ['a', 'b', 'c']) statuses.push((await charge(server, key)).status)
    expect(statuses).toEqual([503, 503, 201])
  })

  test('routes: a fault can strike health checks and lookups alone', async () => {
    const server = await start({ faults: { errorBurst: { status: 500 }, routes: ['health', 'lookups'] } })
    const paths = ['/health', '/charges/order-1', '/echo']
    const statuses = await Promise.all(paths.map(async (path) => (await send(server.url + path)).status))
    expect(statuses).toEqual([500, 500, 200])
  })

  test('probability: the same seed hits the same requests, another seed others', async () => {
    const hits = await hitsWith(7)
    expect(await hitsWith(7)).toBe(hits)
    expect(await hitsWith(8)).not.toBe(hits)
    const share = hits.replaceAll('.', '').length / hits.length
    expect(share).toBeGreaterThan(0.15)
    expect(share).toBeLessThan(0.45)
  })

  test('a list: rules strike together, and each keeps its own limits', async () => {
    const rules = [{ decline: true, times: 1 }, { errorBurst: { status: 503 }, times: 2 }, { delayMs: 1 }] as const
    const server = await start({ faults: rules })
    const statuses = []
    for (const key of ['a', 'b', 'c']) statuses.push((await charge(server, key)).status)
    expect(statuses).toEqual([503, 503, 201])
    expect(server.stats()).toMatchObject({ errors: 2, delays: 1, declines: 0 })
  })
})

test('a caller that goes away before its body’s end has no effect', async () => {
  const server = await start()
  const unfinished = request(`${server.url}/charges`, {
    method: 'POST',
    agent: false,
    headers: { 'content-length': '100' },
  })
  unfinished.on('error', () => undefined)
  unfinished.write('{"amount":')
  await until(() => server.stats().requests === 1)
  unfinished.destroy()
  await until(() => server.stats().inFlight === 0)
  expect(server.stats().executions).toBe(0)
})

test('a HEAD request is cut without a body', async () => {
  const server = await start({ faults: { reset: 'within' } })
  const head = request(`${server.url}/echo`, { method: 'HEAD', agent: false }).end()
  head.on('error', () => undefined)
  const [response] = (await once(head, 'response')) as [IncomingMessage]
  expect(response.statusCode).toBe(200)
  response.on('error', () => undefined).resume()
  await once(head, 'close')
})
