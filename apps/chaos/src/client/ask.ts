import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { Agent, IncomingMessage } from 'node:http'
import type { ToldOutcome } from '@paylb/testing'
import type { Payment } from './payment.ts'

/** How one request of a caller ended. */
export interface Told {
  readonly outcome: ToldOutcome
  /** False when the API broke the connection, or the caller left. */
  readonly isAnswered: boolean
}

const outcomes: ReadonlySet<unknown> = new Set([
  'succeeded',
  'declined',
  'rejected',
  'not-executed',
  'pending',
  'unknown',
] satisfies ToldOutcome[])

/**
 * Sends a payment to the API once. Without a whole answer its outcome is unknown.
 *
 * @throws Error when the API answers without an outcome
 */
export async function ask(url: string, agent: Agent, payment: Payment, leaving?: AbortSignal): Promise<Told> {
  const { key, amount, reference } = payment
  const body = JSON.stringify({ amount, currency: 'EUR', reference })
  const request = httpRequest(`${url}/payments/charges`, {
    method: 'POST',
    agent,
    ...(leaving === undefined ? {} : { signal: leaving }),
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
  })
  request.end(body)
  const answer = await wholeAnswer(request)
  if (answer === undefined) return { outcome: 'unknown', isAnswered: false }
  const outcome = answer.headers['paylb-outcome']
  if (!isOutcome(outcome)) throw new Error(`the API answered ${answer.statusCode} to ${reference} without an outcome`)
  return { outcome, isAnswered: true }
}

/* Undefined when the connection broke before the answer's last byte. */
async function wholeAnswer(request: ReturnType<typeof httpRequest>): Promise<IncomingMessage | undefined> {
  try {
    request.on('error', () => {})
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    const ended = once(answer, 'end')
    answer.resume()
    await ended
    return answer.complete ? answer : undefined
  } catch {
    return undefined
  }
}

function isOutcome(value: unknown): value is ToldOutcome {
  return outcomes.has(value)
}
