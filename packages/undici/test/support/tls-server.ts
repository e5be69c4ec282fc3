import { once } from 'node:events'
import { createServer, type Server, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'

import { onTestFinished } from 'vitest'

/** A payment server on https that answers `ok` and keeps what it saw. */
export interface TlsServer {
  readonly server: Server
  /** Requests that came through, by the name in the client's certificate. */
  readonly clients: readonly (string | undefined)[]
  readonly hosts: readonly (string | undefined)[]
  /** Connections whose handshake was done. */
  readonly connections: readonly TLSSocket[]
  /** Whether each of them went on with the session of an earlier one. */
  readonly resumed: readonly boolean[]
  readonly url: (host?: string) => string
}

/** Starts one on a free port; it is closed when the test has ended. */
export async function startTlsServer(options: ServerOptions): Promise<TlsServer> {
  const clients: (string | undefined)[] = []
  const hosts: (string | undefined)[] = []
  const connections: TLSSocket[] = []
  const resumed: boolean[] = []
  const server = createServer(options, (request, response) => {
    const name = (request.socket as TLSSocket).getPeerCertificate().subject?.CN
    clients.push(typeof name === 'string' ? name : undefined)
    hosts.push(request.headers.host)
    response.end('ok')
  })
  server.on('secureConnection', (socket) => {
    connections.push(socket)
    resumed.push(socket.isSessionReused())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const { port } = server.address() as AddressInfo
  return { server, clients, hosts, connections, resumed, url: (host = '127.0.0.1') => `https://${host}:${port}` }
}
