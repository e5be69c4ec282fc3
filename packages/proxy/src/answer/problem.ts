import type { ServerResponse } from 'node:http'
import { PaylbError } from '@paylb/core'
import type { PaylbErrorCode } from '@paylb/core'
import { HookFailure } from '@paylb/core/doors'
import { Refusal } from '../admission/refusal.ts'
import { announceEnd, endAnswer } from './end-answer.ts'

/*
 * What paylb itself answers: problem details (RFC 9457). Where the payment may have been executed it says so; a bare 502
 * would make the caller pay again.
 */

interface Problem {
  readonly status: number
  readonly type: string
  readonly title: string
}

const byCode: Readonly<Record<PaylbErrorCode, Problem>> = {
  'no-server-available': { status: 503, type: 'urn:paylb:no-server-available', title: 'No server available' },
  'not-executed': { status: 503, type: 'urn:paylb:not-executed', title: 'Not executed' },
  overloaded: { status: 503, type: 'urn:paylb:overloaded', title: 'Too many requests in flight' },
  'outcome-unknown': { status: 502, type: 'urn:paylb:outcome-unknown', title: 'Outcome unknown' },
  'answer-lost': { status: 502, type: 'urn:paylb:answer-lost', title: 'Answer lost' },
  'payment-in-progress': { status: 409, type: 'urn:paylb:payment-in-progress', title: 'Payment in progress' },
  'key-reused': { status: 422, type: 'urn:paylb:key-reused', title: 'Key used for another request' },
  'bad-request': { status: 400, type: 'urn:paylb:bad-request', title: 'Request refused' },
  'invalid-options': { status: 500, type: 'urn:paylb:internal', title: 'Internal error' },
  internal: { status: 500, type: 'urn:paylb:internal', title: 'Internal error' },
}

/** What a problem is answered to. */
export interface FailedRequest {
  readonly key: string | undefined
  /** Name and value of the key's field, where the key was made here. */
  readonly ownKey?: readonly [string, string] | undefined
  /** Whether an error without an outcome of its own leaves the outcome unknown. */
  readonly mayBeSent: boolean
  readonly exposeServer: boolean
}

/**
 * Answers with a problem, or breaks the connection when an answer has begun already.
 *
 * @param error what went wrong; anything but a PaylbError is answered as internal, and its message goes to the log only
 */
export function answerProblem(response: ServerResponse, error: unknown, request: FailedRequest): void {
  if (response.headersSent || response.destroyed) return void response.destroy()
  const known = PaylbError.isInstance(error) ? error : internal(error, request.mayBeSent)
  const refusal = refusalOf(known)
  const { type, title } = byCode[refusal.code]
  const status = statusOf(refusal)
  /* Nothing of this request was executed, which says nothing of an earlier one: nobody may read it as "try again". */
  const isOpen = status === 503 && known.outcome === 'unknown'
  const body = JSON.stringify({
    type,
    title: isOpen ? `${title}; the outcome of the payment is unknown` : title,
    status,
    detail: refusal.message,
    outcome: known.outcome,
    ...(request.key === undefined ? {} : { key: request.key }),
    ...(request.exposeServer ? { attempts: known.attempts } : {}),
  })
  response.statusCode = status
  response.setHeader('content-type', 'application/problem+json')
  response.setHeader('content-length', Buffer.byteLength(body))
  response.setHeader('cache-control', 'no-store')
  if (request.ownKey !== undefined) response.setHeader(...request.ownKey)
  response.setHeader('paylb-outcome', known.outcome)
  response.setHeader('paylb-attempts', known.attempts.length)
  if (refusal.retryAfterMs !== undefined) response.setHeader('retry-after', Math.ceil(refusal.retryAfterMs / 1_000))
  announceEnd(response)
  endAnswer(response, body)
}

/* What stands behind a payment that was not executed, where we ourselves are to blame or have refused it. */
function refusalOf(known: PaylbError): PaylbError {
  if (known.cause instanceof Refusal) return known.cause
  const isOurFault = known.code === 'not-executed' && known.cause instanceof HookFailure
  return isOurFault ? new PaylbError('internal', couldNotBeHandled) : known
}

const couldNotBeHandled = 'the request could not be handled'

function internal(error: unknown, mayBeSent: boolean): PaylbError {
  process.emitWarning(
    `a request could not be handled: ${error instanceof Error ? error.message : 'no error was thrown'}`,
    'PaylbWarning',
  )
  return new PaylbError('internal', couldNotBeHandled, {
    outcome: mayBeSent ? 'unknown' : 'not-executed',
  })
}

function statusOf(error: PaylbError): number {
  if (error instanceof Refusal) return error.status
  if ((error.code === 'outcome-unknown' || error.code === 'answer-lost') && error.timedOut) return 504
  return byCode[error.code].status
}
