import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Balancer } from '@paylb/core'
import { ManualCancellation } from '@paylb/core/doors'
import { createHealthChecker, createTransport } from '@paylb/undici'
import type { Transport } from '@paylb/undici'
import { admit } from './admission/admit.ts'
import type { Admission, Admitted } from './admission/admit.ts'
import { trustNobody } from './admission/forwarded-fields.ts'
import type { Trust } from './admission/forwarded-fields.ts'
import { readBody } from './admission/request-body.ts'
import { pathOf } from './admission/target.ts'
import { pseudonymOf } from './admission/via.ts'
import { answerHeaders } from './answer/answer-headers.ts'
import { answerOptions } from './answer/options.ts'
import { answerProblem } from './answer/problem.ts'
import { relay } from './answer/relay.ts'
import { configure } from './options.ts'
import type { ForwardOptions, PaylbOptions, Settings } from './options.ts'
import { OutgoingCall } from './outgoing-call.ts'

/* The way of one request: admit → read the body → run → relay. Framework adapters only call `handle`. */

/** Forwards requests to the servers of one balancer. What every framework adapter stands on. */
export interface Forwarder {
  readonly balancer: Balancer
  /** Whether a request with this target is to be forwarded, by `forward` and `pathFilter`. */
  accepts(target: string): boolean
  /**
   * Forwards one request and answers it, whatever happens. Never rejects.
   *
   * @param target path and query as they are below the mount point
   * @param trust whom the framework trusts to say who asked; nobody where it is not given
   * @returns when the answer was sent or its connection was closed
   */
  handle(request: IncomingMessage, response: ServerResponse, target: string, trust?: Trust): Promise<void>
  /** Lets requests in flight end, then closes every connection. A balancer that was given stays open. */
  close(): Promise<void>
}

/**
 * Makes a forwarder out of one object with all options, or out of a balancer made before and forward options.
 *
 * @throws InvalidOptionsError
 */
export function createForwarder(given: PaylbOptions | Balancer, forwardOptions?: ForwardOptions): Forwarder {
  const { balancer, ownsBalancer, random, settings } = configure(given, forwardOptions)
  const { connectMs, idleMs } = settings.timeouts
  const { maxAnswerBufferBytes, certificates: tls } = settings
  const transport = createTransport({ connectMs, idleMs, maxAnswerBufferBytes, tls })
  const unobserve = balancer.observe({
    onServerRemoved: (server) => void transport.forget(server),
    onWarning: ({ message, error }) => process.emitWarning(withCause(message, error), 'PaylbWarning'),
    onClose: () => void transport.close(),
  })
  const pseudonym = pseudonymOf(balancer)
  const checker = createHealthChecker(balancer, { healthCheck: settings.healthCheck, random, tls })
  return {
    balancer,
    accepts: (target) => settings.forward && settings.accepts(pathOf(target)),
    handle: (request, response, target, trust = trustNobody) =>
      handle(request, response, target, { balancer, transport, settings, pseudonym, trust }),
    close: async () => {
      const checksEnded = checker.close()
      if (ownsBalancer) await balancer.close()
      unobserve()
      await Promise.all([transport.close(), checksEnded])
    },
  }
}

interface Parts extends Admission {
  readonly balancer: Balancer
  readonly transport: Transport
}

async function handle(request: IncomingMessage, response: ServerResponse, target: string, parts: Parts): Promise<void> {
  const { balancer, transport, settings } = parts
  const { exposeServer } = settings
  const caller = new ManualCancellation()
  const ended = closed(response, caller)
  request.on('error', ignore) // a broken request ends as a closed response
  let admitted: Admitted | undefined
  let mayBeSent = false
  try {
    admitted = admit(request, target, parts)
    if (admitted.endsHere) {
      answerOptions(response)
      return await ended
    }
    const reading = readBody(request, settings)
    const body = reading instanceof Promise ? await reading : reading
    mayBeSent = true
    const call = new OutgoingCall(admitted, body, { transport, settings, signal: caller })
    const answer = await balancer.run(call)
    const isHead = admitted.method === 'HEAD'
    const headers = answerHeaders(answer, call.told, { isHead, exposeServer, ownKey: ownKeyOf(admitted, settings) })
    relay(answer, headers, response)
  } catch (error) {
    const ownKey = admitted && ownKeyOf(admitted, settings)
    answerProblem(response, error, { key: admitted?.key, ownKey, mayBeSent, exposeServer })
  }
  await ended
}

/* Resolves when the response has ended one way or another; tells `caller` when it was the other way. */
function closed(response: ServerResponse, caller: ManualCancellation): Promise<void> {
  response.on('error', breakOff)
  return new Promise((resolve) => {
    const { socket } = response.req
    const waitsForSocket = response.socket === null
    const end = (): void => {
      if (waitsForSocket) socket.off('close', end)
      if (!response.writableFinished) caller.abort(new Error('the caller went away'))
      resolve()
    }
    if (response.destroyed) return end()
    response.on('close', end)
    // A pipelined request's response waits for the socket; before Node 24 nobody tells it that the socket closed.
    if (waitsForSocket) socket.setMaxListeners(0).once('close', end)
  })
}

function breakOff(this: ServerResponse): void {
  this.destroy()
}

function ignore(): void {}

/* A key that was made here is told to the caller. */
function ownKeyOf({ key, isGenerated }: Admitted, { keyHeader }: Settings): readonly [string, string] | undefined {
  return isGenerated && key !== undefined ? [keyHeader, key] : undefined
}

function withCause(message: string, error: unknown): string {
  return error instanceof Error ? `${message}: ${error.message}` : message
}
