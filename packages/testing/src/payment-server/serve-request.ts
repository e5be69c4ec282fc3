import type { IncomingMessage, ServerResponse } from 'node:http'
import { problemAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import type { ServerContext } from './context.ts'
import type { FaultPlan, Strike } from './fault-plan.ts'
import type { IdleConnections } from './idle-connections.ts'
import { loadReport } from './load-report.ts'
import { readBody } from './request-body.ts'
import { recordOf } from './request-log.ts'
import type { RecordedRequest } from './request-log.ts'
import { findRoute } from './routes.ts'
import { resetConnection, sendAnswer } from './send-answer.ts'
import type { Counters } from './statistics.ts'

/** What serves the requests of one server. */
export interface RequestServer {
  readonly context: ServerContext
  readonly plan: FaultPlan
  readonly requests: RecordedRequest[]
  readonly idleConnections: IdleConnections
  /** False while connections are refused: then no connection is kept either. */
  isOpen(): boolean
}

/** Serves one request: read → faults before the execution → execute → faults of sending → answer. */
export async function serveRequest(
  request: IncomingMessage,
  response: ServerResponse,
  server: RequestServer,
): Promise<void> {
  const { counters } = server.context
  counters.requests += 1
  counters.inFlight += 1
  response.once('close', () => {
    counters.inFlight -= 1
  })
  try {
    await answerRequest(request, response, server)
  } catch (error) {
    answerFailure(response, error, server)
  }
}

async function answerRequest(request: IncomingMessage, response: ServerResponse, server: RequestServer): Promise<void> {
  const { context, plan } = server
  if (server.idleConnections.arrived(request.socket)) return closeStale(request, context.counters)
  const record = recordOf(request)
  if (context.settings.recordRequests) server.requests.push(record)
  const body = await readBody(request)
  record.bodyHash = body.hash
  const route = findRoute(record.method, record.target)
  if (route === undefined) return send(response, problemAnswer(404, 'not-found', 'no such route'), {}, server)
  const strike = plan.strike(route.name)
  if (strike.reset === 'before') return resetConnection(response, context.counters)
  if (strike.stallBeforeExecution === true) {
    context.counters.stalls += 1
    return
  }
  const answer = await executedAnswer(strike, context, () => route.answer({ request, body, strike, context }))
  send(response, answer, strike, server)
}

async function executedAnswer(
  { errorBurst }: Strike,
  { counters }: ServerContext,
  execute: () => Answer | Promise<Answer>,
): Promise<Answer> {
  if (errorBurst === undefined) return execute()
  counters.errors += 1
  if (errorBurst.afterExecution === true) await execute()
  return problemAnswer(errorBurst.status, 'server-error', 'something broke')
}

function send(response: ServerResponse, answer: Answer, strike: Strike, server: RequestServer): void {
  const { settings, counters } = server.context
  const load = loadReport(settings, counters.inFlight)
  if (load !== undefined) response.setHeader('endpoint-load-metrics', load)
  if (!server.isOpen()) response.setHeader('connection', 'close')
  if (strike.closeIdleMs !== undefined) server.idleConnections.endAfter(response, strike.closeIdleMs)
  sendAnswer(response, answer, strike, counters)
}

function closeStale(request: IncomingMessage, counters: Counters): void {
  counters.stale += 1
  request.socket.destroy()
}

/* A caller that went away, or a closing server, gets a broken connection; a ledger that cannot be written, a 500. */
function answerFailure(response: ServerResponse, error: unknown, server: RequestServer): void {
  if (response.destroyed || response.headersSent || server.context.closing.aborted) {
    response.destroy()
    return
  }
  const detail = error instanceof Error ? error.message : String(error)
  sendAnswer(response, problemAnswer(500, 'internal-error', detail), {}, server.context.counters)
}
