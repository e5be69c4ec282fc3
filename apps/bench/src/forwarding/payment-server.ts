import { Buffer } from 'node:buffer'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/* What a payment server says that costs next to nothing. */

const answer = Buffer.from(JSON.stringify({ id: 'charge-17', status: 'succeeded', amount: 1_000, currency: 'EUR' }))
const headers = { 'Content-Type': 'application/json', 'Content-Length': answer.length }

/** What a request that says so in this field is answered with: what came, for a look at whether all of it did. */
export interface Echo {
  readonly method: string | undefined
  readonly key: string | undefined
  readonly body: string
}

/** The name of that field. */
export const echoField = 'x-bench-echo'

/** Answers each request at once. */
export const answerPayment: RequestListener = (request, response) => {
  if (request.headers[echoField] !== undefined) return echo(request, response)
  request.resume().once('end', () => response.writeHead(200, headers).end(answer))
}

function echo(request: IncomingMessage, response: ServerResponse): void {
  let body = ''
  request.setEncoding('utf8').on('data', (text: string) => (body += text))
  request.once('end', () => {
    const key = request.headers['idempotency-key']
    const came: Echo = { method: request.method, key: typeof key === 'string' ? key : undefined, body }
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(came))
  })
}
