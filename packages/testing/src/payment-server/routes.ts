import type { IncomingMessage } from 'node:http'
import { jsonAnswer, problemAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import type { ServerContext } from './context.ts'
import { echo } from './echo.ts'
import type { Strike } from './fault-plan.ts'
import type { RouteName } from './faults.ts'
import { handlePayment, waitFor } from './handle-payment.ts'
import { parsePayment } from './parse-payment.ts'
import type { RequestBody } from './request-body.ts'

/** A request that was read to its end, with what is to go wrong. */
interface Exchange {
  readonly request: IncomingMessage
  readonly body: RequestBody
  readonly strike: Strike
  readonly context: ServerContext
}

export interface Route {
  readonly name: RouteName
  answer(exchange: Exchange): Answer | Promise<Answer>
}

const charges: Route = { name: 'charges', answer: (exchange) => answerPayment('charge', exchange) }
const refunds: Route = { name: 'refunds', answer: (exchange) => answerPayment('refund', exchange) }
const lookups: Route = { name: 'lookups', answer: delayed(lookUpCharge) }
const health: Route = { name: 'health', answer: delayed(() => jsonAnswer(200, { status: 'ok' })) }
const echoes: Route = { name: 'echo', answer: delayed(({ request, body }) => jsonAnswer(200, echo(request, body))) }

/** The route of a request, if there is one. `/echo` answers every method and everything below it. */
export function findRoute(method: string, target: string): Route | undefined {
  const path = target.split('?', 1)[0] ?? ''
  if (path === '/echo' || path.startsWith('/echo/')) return echoes
  if (method === 'POST' && path === '/charges') return charges
  if (method === 'POST' && path === '/refunds') return refunds
  if (method === 'GET' && path.startsWith('/charges/')) return lookups
  return method === 'GET' && path === '/health' ? health : undefined
}

function answerPayment(type: 'charge' | 'refund', { request, body, strike, context }: Exchange) {
  const payment = parsePayment(type, request, body)
  if ('status' in payment) return problemAnswer(payment.status, 'bad-request', payment.detail)
  return handlePayment(payment, strike, context)
}

function delayed(answer: (exchange: Exchange) => Answer): Route['answer'] {
  return async (exchange) => {
    if (exchange.strike.delayMs !== undefined) await waitFor(exchange.strike.delayMs, exchange.context)
    return answer(exchange)
  }
}

function lookUpCharge({ request, context }: Exchange): Answer {
  const key = decodedKey(request.url ?? '')
  if (key === undefined) return problemAnswer(400, 'bad-request', 'the key is not percent-encoded text')
  const known = context.ledger.find(key)
  if (known === undefined) return problemAnswer(404, 'no-such-key', 'this ledger does not know the key')
  if (known.state === 'running') return jsonAnswer(409, { status: 'running' })
  return { status: 200, body: known.answer.body }
}

function decodedKey(target: string): string | undefined {
  try {
    return decodeURIComponent(target.slice('/charges/'.length).split('?', 1)[0] ?? '')
  } catch {
    return undefined
  }
}
