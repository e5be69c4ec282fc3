import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { outcomeOf, paylb } from '@paylb/axios'
import axios from 'axios'
import type { AxiosInstance } from 'axios'
import { ended, listenOn } from './listening.ts'
import type { Listen } from './listening.ts'

/*
 * A worker that is told over HTTP which payments to make, and makes them by a wrapped axios. A command whose sender
 * leaves is carried out all the same.
 */

export const listenWithAxios: Listen = async (balancer, timeouts) => {
  const { connectMs, headMs, totalMs } = timeouts
  const payments = paylb(axios.create(), balancer, { timeouts: { connectMs, headMs, totalMs } })
  const server = createServer((request, response) => {
    pay(payments, request, response).catch(() => response.destroy())
  })
  const url = await listenOn(server)
  return { url, close: () => ended(server) }
}

async function pay(payments: AxiosInstance, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const command = await text(request)
  const key = request.headers['idempotency-key']
  const headers = { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) }
  const settled = await payments.post('/charges', command, { headers }).catch((error: unknown) => error)
  const outcome = outcomeOf(settled)
  if (outcome === undefined) throw new Error('a call of the wrapped axios ended without an outcome')
  response.writeHead(200, { 'paylb-outcome': outcome }).end()
}
