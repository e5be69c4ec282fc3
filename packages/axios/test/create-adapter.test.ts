import { createBalancer } from '@paylb/core'
import axios from 'axios'
import type { AxiosInstance } from 'axios'
import { describe, expect, test } from 'vitest'
import { createAdapter } from '../src/index.ts'
import type { ClientOptions } from '../src/index.ts'
import { failing } from './support/failing.ts'
import { reset, silent, startServer } from './support/servers.ts'
import type { TestServer } from './support/servers.ts'

/* An adapter that is put together by hand follows the same options as an instance that paylb wraps. */

const named: ClientOptions['onAttempt'] = (request, server) => ({ 'X-For': `${request.key} ${server.id}` })

describe.each(['axios', 'undici'] as const)('over the transport %s', (transport) => {
  function clientFor(options: ClientOptions, ...servers: readonly TestServer[]): AxiosInstance {
    const strategy = { name: 'in-order', pick: ([first]: readonly unknown[]) => first as never }
    const balancer = createBalancer({ servers: servers.map(({ url }) => url), strategy })
    return axios.create({ adapter: createAdapter(balancer, { ...options, transport }) })
  }

  test('timeouts bound the attempts and the whole', async () => {
    const error = await failing(
      clientFor({ timeouts: { totalMs: 60 } }, await startServer(silent)).post('/charges', {}),
    )
    expect(error).toMatchObject({ outcome: 'unknown', attempts: [{ trouble: 'timeout' }] })
  })

  test('keyHeader names the field of the key, and the error has it', async () => {
    const client = clientFor({ keyHeader: 'X-Key' }, await startServer(reset))
    const error = await failing(client.post('/charges', {}, { headers: { 'X-Key': 'order-17' } }))
    expect([error.outcome, error.key]).toEqual(['unknown', 'order-17'])
  })

  test('requireKey refuses a payment without one, and nothing else', async () => {
    const server = await startServer()
    const client = clientFor({ requireKey: true }, server)
    expect((await failing(client.post('/charges', {}))).outcome).toBe('not-executed')
    await client.get('/charges')
    expect(server.seen.map(({ method }) => method)).toEqual(['GET'])
  })

  test('generateKey makes one', async () => {
    const server = await startServer()
    const { config } = await clientFor({ generateKey: () => 'made-17' }, server).post('/charges', {})
    expect([server.seen[0]?.headers['idempotency-key'], config.headers.get('Idempotency-Key')]).toEqual([
      'made-17',
      'made-17',
    ])
  })

  test('keyScope tells equal keys of two tenants apart', async () => {
    const server = await startServer()
    const client = clientFor({ keyScope: ({ headers }) => String(headers.get('X-Tenant')) }, server)
    const pay = (tenant: string, amount: number): Promise<{ status: number }> =>
      client.post('/charges', { amount }, { headers: { 'Idempotency-Key': 'order-17', 'X-Tenant': tenant } })
    const answers = await Promise.all([pay('one', 1), pay('two', 2)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })

  test('safeRoutes fail over without a key', async () => {
    const [broken, other] = [await startServer(reset), await startServer()]
    expect((await clientFor({ safeRoutes: ['/quotes'] }, broken, other).post('/quotes', {})).status).toBe(200)
    expect([broken.seen.length, other.seen.length]).toEqual([1, 1])
  })

  test('onAttempt sets fields on each attempt', async () => {
    const [broken, other] = [await startServer(reset), await startServer()]
    await clientFor({ onAttempt: named, safeRoutes: ['/quotes'], generateKey: () => 'k' }, broken, other).get('/quotes')
    const ids = [broken, other].map(({ seen }) => String(seen[0]?.headers['x-for']).split(' ')[1])
    expect(ids).toEqual([new URL(broken.url).host, new URL(other.url).host])
  })
})
