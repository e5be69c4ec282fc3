import { paylb as nodePaylb } from '@paylb/proxy'
import type { Balancer, ForwardOptions, PaylbHandler, PaylbOptions } from '@paylb/proxy'

/*
 * Express calls its middleware like a plain Node handler and takes the mount path off `request.url` by itself, so all
 * that is Express here are the types.
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
 * Express middleware that forwards requests to payment servers.
 *
 * @example
 * app.use('/payments', paylb({ servers: ['http://10.0.0.1:8080', 'http://10.0.0.2:8080'] }))
 * @throws InvalidOptionsError that names the option's path, its value and what is allowed
 */
export const paylb: {
  (options: PaylbOptions): PaylbHandler
  (balancer: Balancer, forwardOptions?: ForwardOptions): PaylbHandler
} = nodePaylb

export type { Balancer, ForwardOptions, PaylbHandler, PaylbOptions }
