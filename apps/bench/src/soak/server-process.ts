import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'

/*
 * Three payment servers, of which each makes every mistake now and then, by count and not by chance. Whether paylb takes
 * each of them rightly is for chaos to say; here it is only about what they leave behind.
 */

const answer = Buffer.from(JSON.stringify({ status: 'succeeded' }))
const slowMs = 200

const mistakes: readonly [every: number, make: (request: IncomingMessage, response: ServerResponse) => void][] = [
  [97, (request) => void request.socket.resetAndDestroy()],
  [
    89,
    (_request, response) =>
      void response.writeHead(200, { 'Content-Length': 100 }).write('half', () => response.destroy()),
  ],
  [211, () => {}], // never answers
  [83, (_request, response) => void response.writeHead(503, { 'Retry-After': '0' }).end()],
  [71, (_request, response) => void setTimeout(() => succeed(response), slowMs)],
  [61, (_request, response) => void response.writeHead(200, { Connection: 'close' }).end(answer)],
  [59, (_request, response) => void response.writeHead(200).end(Buffer.alloc(200_000, 'x'))],
  [101, (_request, response) => void response.writeHead(402).end('{"status":"declined"}')],
]

let count = 0

function serve(request: IncomingMessage, response: ServerResponse): void {
  response.on('error', () => {})
  request.resume().on('error', () => {})
  request.once('end', () => {
    count += 1
    const [, make] = mistakes.find(([every]) => count % every === 0) ?? []
    if (make === undefined || request.url === '/health') succeed(response)
    else make(request, response)
  })
}

function succeed(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': answer.length }).end(answer)
}

async function start(): Promise<string> {
  const server: Server = createServer(serve).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

process.send?.({ value: [await start(), await start(), await start()] })
process.once('disconnect', () => process.exit(0))
