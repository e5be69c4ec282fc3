import { createForwarder } from '@paylb/proxy'
import type { Balancer, ForwardOptions, PaylbOptions } from '@paylb/proxy'
import type { Context, Middleware } from 'koa'

declare module 'koa' {
  interface DefaultContext {
    /** The balancer of the last `paylb` that this request passed. */
    paylb?: Balancer
  }
}

/** Koa middleware with its balancer, and a way to close both. */
export interface PaylbMiddleware extends Middleware {
  readonly balancer: Balancer
  /** Lets requests in flight end, then closes every connection. */
  close(): Promise<void>
}

/**
 * Koa middleware that forwards requests to payment servers, and sets `ctx.paylb`, the balancer. The mount path stays on
 * the request as Koa leaves it; take it off with `pathRewrite`. Without `trustProxy` everybody who asks is trusted where
 * `app.proxy` is set, and nobody where it is not.
 *
 * @example
 * app.use(paylb({ servers: ['http://10.0.0.1:8080', 'http://10.0.0.2:8080'], pathFilter: '/payments' }))
 * @throws InvalidOptionsError that names the option's path, its value and what is allowed
 */
export function paylb(options: PaylbOptions): PaylbMiddleware
export function paylb(balancer: Balancer, forwardOptions?: ForwardOptions): PaylbMiddleware
export function paylb(given: PaylbOptions | Balancer, forwardOptions?: ForwardOptions): PaylbMiddleware {
  const forwarder = createForwarder(given, forwardOptions)
  const middleware = async (context: Context, next: () => Promise<unknown>): Promise<void> => {
    context['paylb'] = forwarder.balancer
    const target = context.req.url ?? '/'
    if (!forwarder.accepts(target)) return void (await next())
    context.respond = false
    handOverBody(context)
    await forwarder.handle(context.req, context.res, target, () => context.app.proxy)
  }
  return Object.assign(middleware, { balancer: forwarder.balancer, close: () => forwarder.close() })
}

/* Parsers of Koa put what they read on their own request, not on Node's. */
function handOverBody({ req, request }: Context): void {
  const { rawBody, body } = request as { readonly rawBody?: unknown; readonly body?: unknown }
  if (rawBody !== undefined && !('rawBody' in req)) Object.assign(req, { rawBody })
  if (body !== undefined && !('body' in req)) Object.assign(req, { body })
}

export type { Balancer, ForwardOptions, PaylbOptions }
export { createCertificates, keepRawBody } from '@paylb/proxy'
