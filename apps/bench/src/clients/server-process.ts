import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/* A payment server that costs next to nothing, in a process of its own. It says its URL, and ends with its parent. */

const answer = Buffer.from(JSON.stringify({ id: 'charge-17', status: 'succeeded', amount: 1_000, currency: 'EUR' }))
const headers = { 'Content-Type': 'application/json', 'Content-Length': answer.length }

const server = createServer((request, response) => {
  request.resume().once('end', () => response.writeHead(200, headers).end(answer))
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  process.send?.({ value: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
process.once('disconnect', () => process.exit(0))
