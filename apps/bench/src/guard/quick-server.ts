import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

const body = JSON.stringify({ id: 'charge-17', status: 'succeeded' })
const answer = Buffer.from(
  [
    'HTTP/1.1 200 OK',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Date: Mon, 23 Nov 2026 10:00:00 GMT',
    'Connection: keep-alive',
    'Keep-Alive: timeout=5',
    '',
    body,
  ].join('\r\n'),
)

/** A payment server that answers with the fields that Node's would have, and reads nothing of what it is sent: each packet is a request. @returns its origin */
export async function startQuickServer(): Promise<string> {
  const server = createServer((socket) => {
    socket.setNoDelay().on('error', () => {})
    socket.on('data', () => socket.write(answer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
