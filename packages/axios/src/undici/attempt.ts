import type { AnsweredAttempt, AttemptContext, AttemptReport, BodyEnding, Server, Trouble } from '@paylb/core'
import type { Transport, TransportAnswer } from '@paylb/undici'
import type { AxiosResponse } from 'axios'
import type { Exchange } from '../attempt.ts'
import { withoutSecrets } from '../seal.ts'
import { exceedsOwnLimit, troubleOf } from '../trouble.ts'
import { readWhole, responseOf, streamedBody } from './answer.ts'
import { requestFor, Unsendable } from './request.ts'

/*
 * An attempt over @paylb/undici instead of axios' own adapter: evidence comes from the life of the request itself, and a
 * call costs a fraction. What axios makes of a request and of an answer is made here in the same way.
 */

/** Sends the request once to `server` and says how far it got. Never throws. */
export async function undiciAttempt(
  exchange: Exchange,
  load: () => Promise<Transport>,
  server: Server,
  context: AttemptContext,
): Promise<AttemptReport<AxiosResponse>> {
  const deadline = performance.now() + context.remainingMs
  try {
    const transport = await loaded(load)
    const report = await transport.attempt(server, requestFor(exchange), context)
    if (report.evidence === 'answered') return await answered(report, exchange, deadline)
    return { ...report, error: withoutSecrets(report.error) }
  } catch (error) {
    if (!(error instanceof Unsendable)) throw error
    exchange.onRefused()
    return { evidence: 'not-sent', trouble: 'local', error: withoutSecrets(error.cause ?? error) }
  }
}

/* Without a transport, for want of its package or for wrong certificates, nothing is sent to any server. */
function loaded(load: () => Promise<Transport>): Promise<Transport> {
  return load().catch((cause: unknown) => {
    throw new Unsendable('the transport could not be made', { cause })
  })
}

async function answered(
  report: AnsweredAttempt<TransportAnswer>,
  exchange: Exchange,
  deadline: number,
): Promise<AttemptReport<AxiosResponse>> {
  const { answer, status, ended } = report
  const { config, signal } = exchange
  const response = responseOf(answer, config)
  const head = { ...headOf(report), answer: response }
  if (config.responseType === 'stream') {
    const body = streamedBody(answer, config, signal)
    response.data = body
    const discard = (): void => void body.destroy()
    return Object.assign(head, { ended: ended ?? endOf(body), discard })
  }
  try {
    response.data = await readWhole(answer, config, signal)
  } catch (error) {
    if (exceedsOwnLimit(error)) exchange.onRefused()
    const isCut = (await ended) === 'cut'
    const trouble = signal.aborted ? 'cancelled' : isCut ? cutBy(deadline) : troubleOf(error)
    return { evidence: 'sent', trouble, status, error: withoutSecrets(error) }
  }
  return Object.defineProperty(head, 'body', { get: () => Buffer.from(response.data as string) })
}

/* The transport breaks a body off when its time is up. */
function cutBy(deadline: number): Trouble {
  return performance.now() >= deadline ? 'timeout' : 'connection'
}

/* The headers are read only when the status calls for it. */
function headOf(report: AnsweredAttempt<TransportAnswer>): AnsweredAttempt<TransportAnswer> {
  return {
    evidence: 'answered',
    status: report.status,
    get headers() {
      return report.headers
    },
    answer: report.answer,
  }
}

/* A body that was held until it was complete has nothing on its way any more, whatever its reader does. */
function endOf(body: NodeJS.EventEmitter): Promise<BodyEnding> {
  return new Promise((resolve) => {
    body.once('close', () => resolve('complete'))
  })
}
