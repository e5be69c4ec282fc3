import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { newAuthority } from '../../undici/test/support/authority.ts'
import { createCertificates, paylb } from '../src/index.ts'
import type { ForwardOptions } from '../src/index.ts'
import { serve } from './support/serve.ts'

/* What the transport secures, the door hands through: to payments and to health checks. */

const authority = newAuthority()

async function startTlsServer(): Promise<{ readonly url: string; readonly hosts: (string | undefined)[] }> {
  const hosts: (string | undefined)[] = []
  const server = createServer(authority.issue(), ({ headers }, response) => {
    hosts.push(headers.host)
    response.end('paid')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, hosts }
}

async function post(url: string, options: ForwardOptions): Promise<Response> {
  const handler = paylb({ servers: [url], ...options })
  onTestFinished(() => handler.close())
  return fetch(`${await serve(handler)}/charges`, { method: 'POST' })
}

test('a server of an own authority is asked where the authority is given, and only there', async () => {
  const server = await startTlsServer()
  const refused = await post(server.url, {})
  expect([refused.status, refused.headers.get('paylb-outcome')]).toEqual([503, 'not-executed'])
  expect(server.hosts).toEqual([])
  const paid = await post(server.url, { tls: { ca: authority.cert } })
  expect([paid.status, await paid.text()]).toEqual([200, 'paid'])
})

test("the caller's Host changes nothing about whose certificate is asked for", async () => {
  const server = await startTlsServer()
  const paid = await post(server.url, { tls: createCertificates({ ca: authority.cert }), preserveHost: true })
  expect(paid.status).toBe(200)
  expect(server.hosts[0]).toMatch(/^127\.0\.0\.1:\d+$/u)
  expect(server.hosts[0]).not.toBe(new URL(server.url).host)
})

test('health checks are secured like payments', async () => {
  const server = await startTlsServer()
  const handler = paylb({
    servers: [server.url],
    tls: { ca: authority.cert },
    healthCheck: { path: '/health', intervalMs: 20 },
  })
  onTestFinished(() => handler.close())
  await expect.poll(() => server.hosts.length).toBeGreaterThan(1)
})
