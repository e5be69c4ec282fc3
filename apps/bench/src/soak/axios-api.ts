import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Balancer } from '@paylb/core'
import { paylb } from '@paylb/axios'
import axios from 'axios'
import type { AxiosInstance } from 'axios'

/* An API that does not forward, but makes each payment itself with a wrapped axios. */

/** Answers a request with what came of a call to the servers. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** An API over this balancer. */
export function answerWithAxios(balancer: Balancer, timeouts: { headMs: number; totalMs: number }): Answer {
  const instance = axios.create({ validateStatus: () => true, responseType: 'text' })
  const payments = paylb(instance, balancer, { timeouts })
  return (request, response) => {
    pay(payments, request, response).catch(() => response.destroy())
  }
}

async function pay(payments: AxiosInstance, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/' } = request
  const data = await text(request)
  const key = request.headers['idempotency-key']
  const headers = { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) }
  const answer = await payments
    .request<string>({ method, url, headers, ...(data === '' ? {} : { data }) })
    .catch(noAnswer)
  response.writeHead(answer.status).end(answer.data)
}

/* No server has answered, and the caller is told so. */
function noAnswer(): { readonly status: number; readonly data: string } {
  return { status: 502, data: '' }
}
