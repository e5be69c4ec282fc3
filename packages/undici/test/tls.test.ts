import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'

import { expect, onTestFinished, test } from 'vitest'

import { answered, get, post, serverAt, transportFor, within, withoutError } from './support/attempts.ts'
import { cert, key } from './support/certificate.ts'
import { always, startRawServer } from './support/raw-server.ts'

async function startTlsServer(): Promise<{ url: (host: string) => string; server: Server; hosts: unknown[] }> {
  const hosts: unknown[] = []
  const server = createServer({ key, cert, ALPNProtocols: ['h2', 'http/1.1'] }, (request, response) => {
    hosts.push(request.headers.host)
    response.end('ok')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const { port } = server.address() as AddressInfo
  return { url: (host) => `https://${host}:${port}`, server, hosts }
}

test('a certificate of an unknown authority means that nothing was sent', async () => {
  const { url, hosts } = await startTlsServer()
  const report = await transportFor().attempt(serverAt(url('127.0.0.1')), post(), within())
  expect(withoutError(report)).toEqual({ evidence: 'not-sent', trouble: 'connection' })
  expect(hosts).toEqual([])
})

test('a certificate for another name means that nothing was sent', async () => {
  const { url, hosts } = await startTlsServer()
  const report = await transportFor({ tls: { ca: cert } }).attempt(serverAt(url('localhost')), post(), within())
  expect(withoutError(report)).toEqual({ evidence: 'not-sent', trouble: 'connection' })
  expect(hosts).toEqual([])
})

test('a server that does not speak TLS means that nothing was sent', async () => {
  const server = await startRawServer(always('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
  const attempt = transportFor().attempt(serverAt(`https://127.0.0.1:${server.port}`), post(), within())
  await expect.poll(() => server.sockets.length).toBe(1)
  server.sockets[0]?.write('HTTP/1.1 400 Bad Request\r\n\r\n')
  expect(withoutError(await attempt)).toEqual({ evidence: 'not-sent', trouble: 'connection' })
})

test('the server proves its own name, over one connection, whatever Host requests carry', async () => {
  const { url, server, hosts } = await startTlsServer()
  const connections: TLSSocket[] = []
  server.on('secureConnection', (socket) => connections.push(socket))
  const transport = transportFor({ tls: { ca: cert } })
  for (const host of ['shop.example', 'other.example']) {
    const report = await transport.attempt(serverAt(url('127.0.0.1')), get({ headers: ['host', host] }), within())
    answered(report).discard?.()
    await setImmediate()
  }
  expect(hosts).toEqual(['shop.example', 'other.example'])
  expect(connections.length).toBe(1)
  // an address is no name to ask for
  expect(connections[0]).toMatchObject({ servername: false, alpnProtocol: 'http/1.1' })
})

test.each([
  { connectMs: 0 },
  { idleMs: Number.NaN },
  { maxAnswerBufferBytes: -1 },
  { tls: { rejectUnauthorized: false } },
])('the options %j are refused', (options: object) => {
  expect(() => transportFor(options)).toThrow(/not allowed|unknown option/u)
})
