import type { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Pool } from 'undici'
import { joined } from './joined.ts'
import { Relay } from './relay.ts'

/*
 * The ceiling: the least that a forwarder on undici can do. Small bodies as one buffer, headers in one pass, the
 * servers in turn, the answer in one write. It has no deadline, no health, no failover and no limit, so nobody should
 * use it; it is what forwarding costs when nothing is looked after.
 */

/** Forwards a request and answers it. */
export type Forward = (request: IncomingMessage, response: ServerResponse) => void

/** A forwarder to these origins. */
export function createForward(servers: readonly string[]): Forward {
  const pools = servers.map((origin) => new Pool(origin, { headersTimeout: 0, bodyTimeout: 0 }))
  let turn = 0
  const send = (request: IncomingMessage, response: ServerResponse, body: Buffer | null): void => {
    turn = (turn + 1) % pools.length
    const { url = '/', method = 'GET' } = request
    const headers = passedOn(request.rawHeaders)
    pools[turn]?.dispatch({ path: url, method, headers, body }, new Relay(response))
  }
  return (request, response) => {
    if (request.method === 'GET') return send(request, response, null)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => send(request, response, joined(chunks)))
  }
}

const ownToTheConnection = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive'])

function passedOn(raw: readonly string[]): string[] {
  const headers: string[] = []
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? ''
    if (!ownToTheConnection.has(name.toLowerCase())) headers.push(name, raw[index + 1] ?? '')
  }
  return headers
}
