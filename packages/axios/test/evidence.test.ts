import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { describe, expect, test } from 'vitest'
import { Wire } from '../src/evidence.ts'
import { testCertificate, testKey } from './support/certificate.ts'
import { ok, refusedUrl, silent, startServer, startTcpServer } from './support/servers.ts'

const events = { onConnected: () => {}, onHead: () => {} }

interface Sent {
  readonly wire: Wire
  readonly request: http.ClientRequest
  readonly closed: Promise<unknown>
}

/** Sends a POST as axios does. */
function post(url: string, options: https.RequestOptions = {}, wire = new Wire(events)): Sent {
  const { protocol, hostname, port } = new URL(url)
  const request = wire.request({ protocol, hostname, port, method: 'POST', path: '/charges', ...options }, (response) =>
    response.resume(),
  ) as http.ClientRequest
  request.on('error', () => {}).end('amount=1')
  return { wire, request, closed: new Promise((resolve) => request.once('close', resolve)) }
}

const findNothing: net.LookupFunction = (_name, _options, done) => done(new Error('ENOTFOUND'), '')

const startTlsServer: typeof startServer = (reply) =>
  startServer(reply, (listener) => https.createServer({ key: testKey, cert: testCertificate }, listener))

describe('nothing was sent', () => {
  test('when the connection was refused', async () => {
    const { wire, closed } = post(await refusedUrl())
    await closed
    wire.close()
    expect(wire.isProvenUnsent).toBe(true)
  })

  test('when the name does not exist', async () => {
    const { wire, closed } = post('http://nowhere.example', { lookup: findNothing })
    await closed
    wire.close()
    expect(wire.isProvenUnsent).toBe(true)
  })

  test('when the handshake of TLS never ends and the request is given up', async () => {
    const greeted = Promise.withResolvers<Buffer>()
    const { host } = await startTcpServer((socket) => socket.once('data', greeted.resolve))
    const { wire } = post(`https://${host}`)
    await greeted.promise
    wire.close()
    expect(wire.isProvenUnsent).toBe(true)
  })

  test('when the connection breaks in the handshake of TLS', async () => {
    const { host } = await startTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()))
    const { wire, closed } = post(`https://${host}`)
    await closed
    wire.close()
    expect(wire.isProvenUnsent).toBe(true)
  })

  test('when the certificate is not trusted', async () => {
    const server = await startTlsServer(ok)
    const ended: Promise<unknown>[] = []
    server.http.on('secureConnection', (socket: net.Socket) => ended.push(once(socket, 'close')))
    for (let round = 0; round < 20; round += 1) {
      const { wire, closed } = post(server.url.replace('http', 'https'), { agent: new https.Agent() })
      await closed
      wire.close()
      expect(wire.isProvenUnsent).toBe(true)
    }
    await Promise.all(ended)
    expect(server.seen).toEqual([])
  })

  test('when the socket had failed before it was handed over', async () => {
    const { wire, request, closed } = post('http://127.0.0.1:1', { localAddress: '203.0.113.1' })
    const [socket] = (await once(request, 'socket')) as [net.Socket]
    expect(socket.destroyed).toBe(true)
    await closed
    wire.close()
    expect(wire.isProvenUnsent).toBe(true)
  })

  test('when the request was given up while it waited for a socket of its agent, and then it is never sent', async () => {
    const server = await startServer(silent)
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    const first = post(server.url, { agent })
    const queued = post(server.url, { agent, path: '/given-up' })
    queued.wire.close()
    expect(queued.wire.isProvenUnsent).toBe(true)
    const last = post(server.url, { agent, path: '/last' })
    await expect.poll(() => server.seen.length).toBe(1)
    first.wire.close()
    await expect.poll(() => server.seen.map((one) => one.url)).toEqual(['/charges', '/last'])
    last.wire.close()
    agent.destroy()
  })

  test('when the attempt was given up before its request began, and then it never begins', () => {
    const wire = new Wire(events)
    wire.close()
    expect(wire.isProvenUnsent).toBe(true)
    expect(() => post('http://127.0.0.1:1', {}, wire)).toThrow('given up')
  })
})

describe('something may have been sent', () => {
  test('while the request has not been ended for good', async () => {
    const { wire, closed } = post(await refusedUrl())
    await closed
    expect(wire.isProvenUnsent).toBe(false)
  })

  test('once the socket was connected', async () => {
    const accepted = Promise.withResolvers<net.Socket>()
    const { host } = await startTcpServer(accepted.resolve)
    const { wire, request } = post(`http://${host}`)
    const [socket] = (await once(request, 'socket')) as [net.Socket]
    await once(socket, 'connect')
    wire.close()
    expect(wire.isProvenUnsent).toBe(false)
  })

  test('once the handshake of TLS has ended', async () => {
    const server = await startTlsServer(silent)
    const { wire } = post(server.url.replace('http', 'https'), { ca: testCertificate })
    await expect.poll(() => server.seen.length).toBe(1)
    wire.close()
    expect(wire.isProvenUnsent).toBe(false)
  })

  test('on a socket that was used before', async () => {
    const server = await startServer(ok)
    const agent = new http.Agent({ keepAlive: true })
    await post(server.url, { agent }).closed
    const { wire, request } = post(server.url, { agent })
    await once(request, 'socket')
    expect(request.reusedSocket).toBe(true)
    wire.close()
    expect(wire.isProvenUnsent).toBe(false)
    agent.destroy()
  })

  test('on a socket that a request before was destined for, even if it never connected', async ({ skip }) => {
    if (process.version.startsWith('v22.')) skip('the agent of Node 22 keeps no socket that never connected')
    const options = { agent: new http.Agent({ keepAlive: true }), lookup: () => {} }
    post('http://slow.example', options).wire.close()
    await expect.poll(() => Object.keys(options.agent.freeSockets)).toHaveLength(1)
    const { wire, request } = post('http://slow.example', options)
    const [socket] = (await once(request, 'socket')) as [net.Socket]
    expect(request.reusedSocket && socket.connecting).toBe(true)
    wire.close()
    expect(wire.isProvenUnsent).toBe(false)
    options.agent.destroy()
  })

  test('on a socket that was connected when it was handed over', async () => {
    const { host } = await startTcpServer(() => {})
    const socket = net.connect(Number(host.split(':')[1]), '127.0.0.1')
    await once(socket, 'connect')
    const agent = new http.Agent()
    agent.createConnection = () => socket
    const { wire, request } = post(`http://${host}`, { agent })
    await once(request, 'socket')
    wire.close()
    expect(wire.isProvenUnsent).toBe(false)
  })

  test('through a transport that does not show its sockets', () => {
    let connected = 0
    const wire = new Wire(
      { onConnected: () => (connected += 1), onHead: () => {} },
      { request: () => ({ destroy: () => {} }) },
    )
    wire.request({}, () => {})
    wire.close()
    expect(connected).toBe(1)
    expect(wire.isProvenUnsent).toBe(false)
  })
})

test('one attempt makes one request', async () => {
  const url = await refusedUrl()
  const { wire, closed } = post(url)
  expect(() => post(url, {}, wire)).toThrow('one request')
  await closed
})
