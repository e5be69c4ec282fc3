import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

import { onTestFinished } from 'vitest'

/** A server that speaks bytes: what it got is kept, what it answers is written by hand. */
export interface RawServer {
  readonly port: number
  /** What came in, per connection, as latin1. */
  readonly received: readonly string[]
  readonly sockets: readonly Socket[]
  /** Complete requests so far, over all connections. */
  requests(): number
}

/** Called for each complete request (one without a body, or with all of its declared length). */
export type Respond = (socket: Socket, request: string, number: number) => void

/** Starts a raw server on a free port; it is closed when the test has ended. */
export async function startRawServer(respond: Respond = () => {}): Promise<RawServer> {
  const received: string[] = []
  const sockets: Socket[] = []
  let requests = 0
  const server = createServer((socket) => {
    const index = sockets.push(socket) - 1
    received.push('')
    let pending = ''
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      received[index] += bytes.toString('latin1')
      pending += bytes.toString('latin1')
      for (let length = lengthOfRequest(pending); length !== undefined; length = lengthOfRequest(pending)) {
        const request = pending.slice(0, length)
        pending = pending.slice(length)
        requests += 1
        respond(socket, request, requests)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return { port: (server.address() as AddressInfo).port, received, sockets, requests: () => requests }
}

/** A respond function that always writes the same bytes. */
export function always(bytes: string): Respond {
  return (socket) => socket.write(bytes, 'latin1')
}

function lengthOfRequest(text: string): number | undefined {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const head = text.slice(0, headEnd)
  if (/transfer-encoding: chunked/iu.test(head)) {
    const end = text.indexOf('\r\n0\r\n\r\n', headEnd)
    return end === -1 ? undefined : end + 7
  }
  const length = headEnd + 4 + Number(/content-length: (\d+)/iu.exec(head)?.[1] ?? 0)
  return text.length < length ? undefined : length
}
