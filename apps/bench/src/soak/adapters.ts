import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Balancer } from '@paylb/core'
import type { AdapterName } from './arguments.ts'

/* The API of each way in, as its users write it. Loaded only where it is soaked. */

/** An API that listens, and how it lets go of its servers. */
export interface Mounted {
  readonly server: Server
  /** To be called once nobody is connected any more. */
  readonly close: () => Promise<unknown>
}

const timeouts = { headMs: 500, idleMs: 500, totalMs: 1_500 }

/** By name. */
export const adapters: Readonly<Record<AdapterName, (balancer: Balancer) => Promise<Mounted>>> = {
  node: async (balancer) => {
    const { paylb } = await import('@paylb/proxy')
    const handler = paylb(balancer, { timeouts })
    return { server: listening(handler), close: () => handler.close() }
  },
  express: async (balancer) => {
    const [{ paylb }, { default: express }] = [await import('@paylb/express'), await import('express')]
    const payments = paylb(balancer, { timeouts })
    const app = express()
    app.use('/payments', payments)
    return { server: listening((request, response) => void app(request, response)), close: () => payments.close() }
  },
  fastify: async (balancer) => {
    const [{ paylb }, { default: Fastify }] = [await import('@paylb/fastify'), await import('fastify')]
    const app = Fastify()
    await app.register(paylb, { prefix: '/payments', balancer, timeouts })
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { server: app.server, close: () => app.close() }
  },
  koa: async (balancer) => {
    const [{ paylb }, { default: Koa }] = [await import('@paylb/koa'), await import('koa')]
    const payments = paylb(balancer, { timeouts, pathFilter: '/payments' })
    const app = new Koa()
    app.silent = true
    app.use(payments)
    const answer = app.callback()
    return { server: listening((request, response) => void answer(request, response)), close: () => payments.close() }
  },
  axios: async (balancer) => {
    const { answerWithAxios } = await import('./axios-api.ts')
    const { headMs, totalMs } = timeouts
    return { server: listening(answerWithAxios(balancer, { headMs, totalMs })), close: async () => {} }
  },
}

function listening(handler: (request: IncomingMessage, response: ServerResponse) => void): Server {
  return createServer(handler).listen(0, '127.0.0.1')
}
