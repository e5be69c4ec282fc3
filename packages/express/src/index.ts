import type { IncomingMessage } from 'node:http'
import { createForwarder, handlerOf } from '@paylb/proxy'
import type { Balancer, ForwardOptions, PaylbHandler, PaylbOptions, Trust } from '@paylb/proxy'

/*
 * Express calls its middleware like a plain Node handler and takes the mount path off `request.url` by itself, so all
 * that is Express here are the types, and whom the app trusts.
 */

declare global {
  namespace Express {
    interface Request {
      /** The balancer of the last `paylb` that this request passed. */
      paylb?: Balancer
    }
  }
}

/**
 * Express middleware that forwards requests to payment servers. Without `trustProxy` it trusts whom the app trusts
 * (`app.set('trust proxy', …)`).
 *
 * @example
 * app.use('/payments', paylb({ servers: ['http://10.0.0.1:8080', 'http://10.0.0.2:8080'] }))
 * @throws InvalidOptionsError that names the option's path, its value and what is allowed
 */
export function paylb(options: PaylbOptions): PaylbHandler
export function paylb(balancer: Balancer, forwardOptions?: ForwardOptions): PaylbHandler
export function paylb(given: PaylbOptions | Balancer, forwardOptions?: ForwardOptions): PaylbHandler {
  return handlerOf(createForwarder(given, forwardOptions), trustOfApp)
}

/* Express keeps the setting as a function, made by the library that reads `trustProxy` as well. */
function trustOfApp(
  request: IncomingMessage & { readonly app?: { get(setting: string): unknown } },
): Trust | undefined {
  const trust = request.app?.get('trust proxy fn')
  return typeof trust === 'function' ? (trust as Trust) : undefined
}

export type { Balancer, ForwardOptions, PaylbHandler, PaylbOptions }
export { createCertificates, keepRawBody } from '@paylb/proxy'
