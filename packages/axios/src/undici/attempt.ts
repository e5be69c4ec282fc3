import type { AnsweredAttempt, AttemptContext, AttemptReport, BodyEnding, Server, Trouble } from '@paylb/core'
import type { Transport, TransportAnswer } from '@paylb/undici'
import type { AxiosHeaders, AxiosResponse } from 'axios'
import type { Exchange } from '../attempt.ts'
import { AnsweredReport } from '../answer.ts'
import { withoutSecrets } from '../seal.ts'
import { exceedsOwnLimit, troubleOf } from '../trouble.ts'
import { decompressorFor, readWhole, responseOf, streamedBody } from './answer.ts'
import type { LoadTransport } from './load.ts'
import { requestFor, Unsendable } from './request.ts'

/*
 * An attempt over @paylb/undici instead of axios' own adapter: evidence comes from the life of the request itself, and a
 * call costs a fraction. What axios makes of a request and of an answer is made here in the same way.
 */

/**
 * Sends the request once to `server` and says how far it got. Never throws.
 *
 * @param headers of this attempt; only read
 */
export async function undiciAttempt(
  exchange: Exchange,
  headers: AxiosHeaders,
  load: LoadTransport,
  server: Server,
  context: AttemptContext,
): Promise<AttemptReport<AxiosResponse>> {
  const deadline = performance.now() + context.remainingMs
  try {
    const transport = await loaded(load)
    const report = await transport.attempt(server, requestFor(exchange, headers), context)
    if (report.evidence !== 'answered') return { ...report, error: withoutSecrets(report.error) }
    return await answered(report, exchange, deadline)
  } catch (error) {
    if (!(error instanceof Unsendable)) throw error
    exchange.onRefused()
    return { evidence: 'not-sent', trouble: 'local', error: withoutSecrets(error.cause ?? error) }
  }
}

/* Without a transport, for want of its package or for wrong certificates, nothing is sent to any server. */
function loaded(load: LoadTransport): Transport | Promise<Transport> {
  const transport = load()
  if (!(transport instanceof Promise)) return transport
  return transport.catch((cause: unknown) => {
    throw new Unsendable('the transport could not be made', { cause })
  })
}

/* A body that is here as a whole is not waited for. */
function answered(
  report: AnsweredAttempt<TransportAnswer>,
  exchange: Exchange,
  deadline: number,
): AttemptReport<AxiosResponse> | Promise<AttemptReport<AxiosResponse>> {
  const { answer, ended } = report
  const { config, signal } = exchange
  const decompress = decompressorFor(answer, config)
  const response = responseOf(answer, config, decompress)
  if (config.responseType === 'stream') {
    const body = streamedBody(answer, exchange, decompress)
    response.data = body
    const discard = (): void => void body.destroy()
    return Object.assign(new AnsweredReport(response, report), { ended: ended ?? endOf(body), discard })
  }
  const reading = readWhole(answer, exchange, decompress)
  const held = (data: unknown): AnsweredReport => {
    response.data = data
    return new AnsweredReport(response, report)
  }
  return reading instanceof Promise ? reading.then(held, failed) : held(reading)

  async function failed(error: unknown): Promise<AttemptReport<AxiosResponse>> {
    if (exceedsOwnLimit(error)) exchange.onRefused()
    const isCut = (await ended) === 'cut'
    const trouble = signal.aborted ? 'cancelled' : isCut ? cutBy(deadline) : troubleOf(error)
    return { evidence: 'sent', trouble, status: report.status, error: withoutSecrets(error) }
  }
}

/* The transport breaks a body off when its time is up. */
function cutBy(deadline: number): Trouble {
  return performance.now() >= deadline ? 'timeout' : 'connection'
}

/* A body that was held until it was complete has nothing on its way any more, whatever its reader does. */
function endOf(body: NodeJS.EventEmitter): Promise<BodyEnding> {
  return new Promise((resolve) => {
    body.once('close', () => resolve('complete'))
  })
}
