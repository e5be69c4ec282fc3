import { Agent } from 'node:http'
import { inspect } from 'node:util'
import { Readable } from 'node:stream'
import axios from 'axios'
import type { AxiosRequestConfig } from 'axios'
import { createBalancer, InvalidOptionsError } from '@paylb/core'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { paylb } from '../src/index.ts'
import { failing } from './support/failing.ts'
import { inOrder } from './support/in-order.ts'
import { answer, ok, refusedUrl, reset, silent, startServer, startServers, startTcpServer } from './support/servers.ts'

/* The other transport: the same promises, from other evidence. */

const undici = { transport: 'undici' } as const
const keyed = { headers: { 'Idempotency-Key': 'order-17' } }

describe('a payment', () => {
  test('that no server was reached with moves on, and says so when there is none left', async () => {
    const server = await startServer()
    const client = inOrder([await refusedUrl(), server.url], axios.create(), undici)
    expect((await client.post('/charges', { amount: 1 })).data).toEqual({ ok: true })
    const nobody = await failing(inOrder([await refusedUrl()], axios.create(), undici).post('/charges', {}))
    expect(nobody.outcome).toBe('not-executed')
    expect(new Set(nobody.attempts.map(({ evidence }) => evidence))).toEqual(new Set(['not-sent']))
  })

  test.each([
    ['reset', reset, {}, 'connection'],
    ['not answered in time', silent, { timeout: 300 }, 'timeout'],
  ] as const)(
    'without a key that was %s stays unknown, and no other server sees it',
    async (_, reply, config, trouble) => {
      const [first, other] = [await startServer(reply), await startServer()]
      const error = await failing(
        inOrder([first.url, other.url], axios.create(config), undici).post('/charges', { amount: 1 }),
      )
      expect(error).toMatchObject({ outcome: 'unknown', attempts: [{ evidence: 'sent', trouble }] })
      expect(error.code).toBe(trouble === 'timeout' ? 'ECONNABORTED' : 'ERR_NETWORK')
      expect(other.seen).toEqual([])
    },
  )

  test('with a key goes on to another server of its ledger, the same bytes', async () => {
    const [first, other] = [await startServer(reset), await startServer()]
    const client = inOrder([first.url, other.url], axios.create(), { ...undici, ledger: 'shared' })
    expect((await client.post('/charges', { amount: 1 }, keyed)).status).toBe(200)
    const [[before], [after]] = [first.seen, other.seen]
    expect([after?.body, after?.headers['idempotency-key']]).toEqual([before?.body, 'order-17'])
  })

  test('whose answer is cut is unknown', async () => {
    const { host } = await startTcpServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\npaid')),
    )
    const error = await failing(inOrder([`http://${host}`], axios.create(), undici).post('/charges', {}))
    expect(error).toMatchObject({ outcome: 'unknown' })
  })

  test('whose answer is wrongly compressed is unknown', async () => {
    const server = await startServer(answer(201, { 'content-encoding': 'gzip' }, 'not gzip at all'))
    const error = await failing(inOrder([server.url], axios.create(), undici).post('/charges', {}))
    expect(error).toMatchObject({ outcome: 'unknown', attempts: [{ evidence: 'sent', trouble: 'malformed' }] })
    expect(server.seen).toHaveLength(1)
  })

  test('that its caller cancels after it was sent is unknown', async () => {
    const controller = new AbortController()
    const server = await startServer(() => controller.abort())
    const client = inOrder([server.url], axios.create(), undici)
    const error = await failing(client.post('/charges', {}, { signal: controller.signal }))
    expect([error.name, error.outcome]).toEqual(['CanceledError', 'unknown'])
  })

  test('whose body is a stream is sent at most once', async () => {
    const [first, other] = [await startServer(reset), await startServer()]
    const client = inOrder([first.url, other.url], axios.create(), { ...undici, ledger: 'shared' })
    const error = await failing(client.post('/charges', Readable.from([Buffer.from('a')]), keyed))
    expect([error.outcome, other.seen.length]).toEqual(['unknown', 0])
  })
})

test('a GET moves on from a server that broke, and a declined card is an answer', async () => {
  const [first, other] = [await startServer(reset), await startServer(answer(402, {}, 'no'))]
  const client = inOrder([first.url, other.url], axios.create({ validateStatus: null }), undici)
  expect((await client.get('/charges')).status).toBe(402)
})

test('a stream that is cut breaks off for its reader, and a reader that leaves frees its server', async () => {
  const server = await startServer((_request, response) => void response.write('x'.repeat(200_000)))
  const client = inOrder([server.url], axios.create(), undici)
  for (const end of [() => server.http.closeAllConnections(), (body: Readable) => body.destroy()]) {
    const { data } = await client.get<Readable>('/long', { responseType: 'stream' })
    expect(client.paylb.snapshot().inFlight).toBe(1)
    const closed = new Promise((resolve) => data.on('error', () => {}).once('close', resolve))
    data.once('data', () => end(data))
    await closed
    await expect.poll(() => client.paylb.snapshot().inFlight).toBe(0)
  }
})

describe('what belongs to the adapter of axios is refused, never ignored:', () => {
  const calls: AxiosRequestConfig[] = [
    { httpAgent: new Agent() },
    { proxy: { host: '127.0.0.1', port: 1 } },
    { maxRedirects: 3 },
    { onUploadProgress: () => {} },
    { onDownloadProgress: () => {} },
    { maxRate: 1 },
    { lookup: () => '127.0.0.1' },
    { family: 4 },
  ]

  test.each(calls)('%o', async (config) => {
    const [name = ''] = Object.keys(config)
    const server = await startServer()
    const client = inOrder([server.url], axios.create(), undici)
    const error = await failing(client.get('/', config))
    expect([error.outcome, error.code]).toEqual(['not-executed', 'ERR_BAD_REQUEST'])
    expect(error.message).toContain(`${name} is not possible with transport: 'undici'`)
    expect(() => paylb(axios.create(config), { ...undici, servers: [server.url] })).toThrow(InvalidOptionsError)
  })
})

test.each([
  [{ transport: 'fetch' }, 'transport: "fetch" is not allowed; expected "axios", "undici"'],
  [{ tls: {} }, 'tls: must be made with createCertificates(...) of @paylb/undici'],
])('%o is a wrong option', (options, message) => {
  const servers = ['http://127.0.0.1:1']
  expect(() => paylb(axios.create(), { servers, ...options } as never)).toThrow(message)
})

test('a transport that cannot be made: nothing is sent, and the call says why', async () => {
  vi.doMock('@paylb/undici', () => ({
    createTransport: () => {
      throw new Error('of another version')
    },
  }))
  onTestFinished(() => vi.doUnmock('@paylb/undici'))
  const server = await startServer()
  const error = await failing(inOrder([server.url], axios.create(), undici).post('/charges', {}))
  expect([error.outcome, server.seen.length]).toEqual(['not-executed', 0])
  expect(error.message).toContain('of another version')
})

test('no secret of a call shows in its error', async () => {
  const client = inOrder([(await startServer(reset)).url], axios.create(), undici)
  const headers = { Authorization: 'Bearer s3cret', 'X-Pay-Signature': 's1gn' }
  const error = await failing(client.post('/charges', { card: '4242424242424242', cvc: '123' }, { headers }))
  for (const shown of [error.message, inspect(error, { depth: 9 }), JSON.stringify(error), String(error.cause)]) {
    expect(shown).not.toMatch(/s3cret|s1gn|4242424242424242/u)
  }
})

test('its connections follow the servers of the balancer, and end with it', async () => {
  const [first, other] = await startServers(2, ok)
  const balancer = createBalancer({ servers: [first?.url ?? ''] })
  const client = paylb(axios.create(), balancer, undici)
  await client.get('/a')
  balancer.replace([other?.url ?? ''])
  await client.get('/b')
  expect([first?.seen.length, other?.seen.length]).toEqual([1, 1])
  await balancer.close()
  await expect.poll(() => connectionsOf(first, other)).toBe(0)
})

async function connectionsOf(
  ...servers: readonly ({ readonly http: { getConnections: unknown } } | undefined)[]
): Promise<number> {
  let sum = 0
  for (const server of servers) {
    sum += await new Promise<number>((resolve) => {
      const count = server?.http.getConnections as ((done: (error: unknown, open: number) => void) => void) | undefined
      count?.call(server?.http, (_error, open) => resolve(open))
    })
  }
  return sum
}
