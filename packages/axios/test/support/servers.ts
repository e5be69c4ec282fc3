import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server as HttpServer, ServerResponse } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** One request as a server saw it. */
interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface TestServer {
  readonly url: string
  readonly seen: readonly Seen[]
  readonly http: HttpServer
}

type Answer = (request: IncomingMessage, response: ServerResponse, seen: Seen) => void

export const ok: Answer = (_request, response) =>
  response.setHeader('content-type', 'application/json').end('{"ok":true}')
export const reset: Answer = (request) => request.socket.resetAndDestroy()
export const silent: Answer = () => {}

export function answer(status: number, headers: Record<string, string> = {}, body = ''): Answer {
  return (_request, response) => response.writeHead(status, headers).end(body)
}

/** A server on a free port of this machine that keeps what it has seen; it closes when the test ends. */
export async function startServer(
  reply: Answer = ok,
  make: (listener: RequestListener) => HttpServer = createServer,
): Promise<TestServer> {
  const seen: Seen[] = []
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request
    const one = { method, url, headers, body: await readAll(request) }
    seen.push(one)
    reply(request, response, one)
  }
  const http = make((request, response) => void take(request, response).catch(ignore))
  const port = await listen(http)
  onTestFinished(() => {
    http.closeAllConnections()
    return closeServer(http)
  })
  return { url: `http://127.0.0.1:${port}`, seen, http }
}

export function startServers(count: number, reply: Answer = ok): Promise<TestServer[]> {
  return Promise.all(Array.from({ length: count }, () => startServer(reply)))
}

/** A server that speaks bytes. */
export async function startTcpServer(onConnection: (socket: Socket) => void): Promise<{ host: string }> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket.on('error', ignore))
    onConnection(socket)
  })
  const port = await listen(server)
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    return closeServer(server)
  })
  return { host: `127.0.0.1:${port}` }
}

/** A URL at which nothing listens. */
export async function refusedUrl(): Promise<string> {
  const server = createTcpServer()
  const port = await listen(server)
  await closeServer(server)
  return `http://127.0.0.1:${port}`
}

async function listen(server: TcpServer): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function closeServer(server: TcpServer): Promise<void> {
  server.close()
  await once(server, 'close')
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function ignore(): void {}
