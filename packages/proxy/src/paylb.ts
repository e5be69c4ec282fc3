import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Balancer } from '@paylb/core'
import { answerProblem } from './answer/problem.ts'
import type { Trust } from './admission/forwarded-fields.ts'
import { createForwarder } from './forwarder.ts'
import type { Forwarder } from './forwarder.ts'
import type { ForwardOptions, PaylbOptions } from './options.ts'

/** A handler for Node's http server and for everything that speaks `(request, response, next)`. */
export interface PaylbHandler {
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void
  readonly balancer: Balancer
  /** Lets requests in flight end, then closes every connection. */
  close(): Promise<void>
}

/**
 * Forwards requests to payment servers, and sets `request.paylb`, the balancer, for handlers after it.
 *
 * @example
 * http.createServer(paylb({ servers: ['http://10.0.0.1:8080', 'http://10.0.0.2:8080'] }))
 * @throws InvalidOptionsError that names the option's path, its value and what is allowed
 */
export function paylb(options: PaylbOptions): PaylbHandler
export function paylb(balancer: Balancer, forwardOptions?: ForwardOptions): PaylbHandler
export function paylb(given: PaylbOptions | Balancer, forwardOptions?: ForwardOptions): PaylbHandler {
  return handlerOf(createForwarder(given, forwardOptions))
}

/**
 * A handler that forwards with this forwarder.
 *
 * @param trustOf whom the framework that a request came through trusts to say who asked
 */
export function handlerOf(
  forwarder: Forwarder,
  trustOf: (request: IncomingMessage) => Trust | undefined = () => undefined,
): PaylbHandler {
  const handler = (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void => {
    ;(request as IncomingMessage & { paylb?: Balancer }).paylb = forwarder.balancer
    const target = request.url ?? '/'
    try {
      if (forwarder.accepts(target)) void forwarder.handle(request, response, target, trustOf(request))
      else if (next === undefined) answerNotFound(response)
      else next()
    } catch (error) {
      if (next === undefined) answerProblem(response, error, { key: undefined, mayBeSent: false, exposeServer: false })
      else next(error)
    }
  }
  return Object.assign(handler, { balancer: forwarder.balancer, close: () => forwarder.close() })
}

function answerNotFound(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'application/problem+json' })
  response.end(JSON.stringify({ type: 'about:blank', title: 'Not Found', status: 404 }))
}
