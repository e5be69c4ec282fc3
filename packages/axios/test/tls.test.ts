import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { Agent } from 'node:https'
import { createCertificates } from '@paylb/undici'
import type { TlsOptions } from '@paylb/undici'
import axios from 'axios'
import { InvalidOptionsError } from '@paylb/core'
import { describe, expect, test } from 'vitest'
import { newAuthority } from '../../undici/test/support/authority.ts'
import { startTlsServer } from '../../undici/test/support/tls-server.ts'
import type { TlsServer } from '../../undici/test/support/tls-server.ts'
import { createAdapter, paylb } from '../src/index.ts'
import { failing } from './support/failing.ts'

/* The same promises under either transport: verified, from TLS 1.2 on, and each client certificate on its own sockets. */

const authority = newAuthority()
const trusted: TlsOptions = { ca: authority.cert }

function startClosed(): Promise<TlsServer> {
  return startTlsServer({ ...authority.issue(), requestCert: true, rejectUnauthorized: true, ca: authority.cert })
}

const servers = ({ url }: TlsServer, ...ids: readonly string[]): { id: string; url: string }[] =>
  ids.map((id) => ({ id, url: url() + (id === 'one' ? '' : `/${id}`) }))

describe.each(['axios', 'undici'] as const)('with transport %s', (transport) => {
  test('each server is shown the certificate that is meant for it, on connections of its own', async () => {
    const server = await startClosed()
    const own = { one: authority.issue({ name: 'first' }), two: authority.issue({ name: 'second' }) }
    const tls = createCertificates({ ...trusted, servers: own })
    const strategy = 'round-robin'
    const client = paylb(axios.create(), { servers: servers(server, 'one', 'two'), strategy, transport, tls })
    for (let count = 0; count < 6; count += 1) await client.get('/charges')
    expect(server.clients.filter((name) => name === 'first')).toHaveLength(3)
    expect(server.clients.filter((name) => name === 'second')).toHaveLength(3)
    expect(server.connections).toHaveLength(2)
  })

  test('a server that nobody vouches for is sent nothing', async () => {
    const server = await startTlsServer(newAuthority('Other').issue())
    const client = paylb(axios.create(), { servers: [server.url()], transport, tls: createCertificates(trusted) })
    const error = await failing(client.post('/charges', { amount: 1 }))
    expect([error.outcome, server.clients.length]).toEqual(['not-executed', 0])
  })

  test('a server that speaks TLS 1.1 at best is sent nothing', async () => {
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const
    const server = await startTlsServer({ ...authority.issue(), ...old })
    const client = paylb(axios.create(), { servers: [server.url()], transport, tls: createCertificates(trusted) })
    expect((await failing(client.post('/charges', {}))).outcome).toBe('not-executed')
  })

  test('certificates that are reloaded are shown from then on', async () => {
    const server = await startClosed()
    const tls = createCertificates({ ...trusted, ...authority.issue({ name: 'before' }) })
    const client = paylb(axios.create(), { servers: [server.url()], transport, tls })
    await client.get('/charges')
    tls.reload({ ...trusted, ...authority.issue({ name: 'after' }) })
    await client.get('/charges')
    expect(server.clients).toEqual(['before', 'after'])
  })

  test('a payment that is on its way at a reload gets its answer, and its connection then closes', async () => {
    const server = await startClosed()
    const tls = createCertificates({ ...trusted, ...authority.issue({ name: 'before' }) })
    const client = paylb(axios.create(), { servers: [server.url()], transport, tls })
    server.server.removeAllListeners('request')
    const asked = once(server.server, 'request') as Promise<[unknown, ServerResponse]>
    const answer = client.post('/charges', {})
    const [, response] = await asked
    tls.reload({ ...trusted, ...authority.issue({ name: 'after' }) })
    response.end('ok')
    expect((await answer).data).toBe('ok')
    await expect.poll(() => server.connections.map(({ destroyed }) => destroyed)).toEqual([true])
  })

  test('the connections end with the balancer', async () => {
    const server = await startClosed()
    const tls = createCertificates({ ...trusted, ...authority.issue() })
    const client = paylb(axios.create(), { servers: [server.url()], transport, tls })
    await client.get('/charges')
    await client.paylb.close()
    await expect.poll(() => server.connections.every((socket) => socket.destroyed)).toBe(true)
  })

  test('an adapter that is put together by hand has them, too', async () => {
    const server = await startClosed()
    const { paylb: balancer } = paylb(axios.create(), { servers: [server.url()] })
    const tls = createCertificates({ ...trusted, ...authority.issue({ name: 'shop' }) })
    await axios.create({ adapter: createAdapter(balancer, { transport, tls }) }).get('/charges')
    expect(server.clients).toEqual(['shop'])
  })
})

test.each(['axios', 'undici'] as const)('what nobody has read is refused with transport %s', (transport) => {
  const make = (): unknown =>
    paylb(axios.create(), { servers: ['https://127.0.0.1:1'], transport, tls: trusted as never })
  expect(make).toThrow('tls: must be made with createCertificates')
})

describe('is refused', () => {
  const tls = createCertificates(trusted)
  const options = { servers: ['https://127.0.0.1:1'], tls }

  test.each([
    ['beside an agent', axios.create({ httpsAgent: new Agent() }), /httpsAgent/],
    ['beside a proxy', axios.create({ proxy: { host: '127.0.0.1', port: 1 } }), /proxy/],
    ['beside an adapter of its own', axios.create({ adapter: () => Promise.reject(new Error()) }), /adapter/],
  ])('%s', (_, instance, message) => {
    const make = (): unknown => paylb(instance, options)
    expect(make).toThrow(InvalidOptionsError)
    expect(make).toThrow(message)
  })

  test('a call that brings an agent: nothing is sent', async () => {
    const error = await failing(paylb(axios.create(), options).get('/charges', { httpsAgent: new Agent() }))
    expect([error.outcome, error.message]).toEqual(['not-executed', expect.stringContaining('httpsAgent')])
  })
})
