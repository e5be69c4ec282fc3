import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { MountAdapter, MountedAdapter, Mounting } from '@paylb/testing'
import Koa from 'koa'
import Koa2 from 'koa-2'
import { paylb } from '../../src/index.ts'
import type { PaylbMiddleware } from '../../src/index.ts'

/** paylb as middleware of Koa 3, with a path filter and a rewrite. */
export const mountKoa: MountAdapter = (mounting) => mount(mounting, new Koa())

/** The same on Koa 2. */
export const mountKoa2: MountAdapter = (mounting) => mount(mounting, new Koa2())

async function mount(mounting: Mounting, app: Koa): Promise<MountedAdapter> {
  const middleware = middlewareOf(mounting)
  const { parser } = mounting
  app.silent = true
  if (parser !== undefined) {
    app.use(async ({ req }, next) => {
      await parser(req)
      await next()
    })
  }
  app.use(middleware)
  app.use(async (context) => {
    if (context.path !== '/behind') return
    const servers = context.paylb?.servers.map((server) => server.id) ?? null
    context.body = { servers, bodyBytes: (await buffer(context.req)).length }
  })
  const listening = await listen(app)
  const close = async (): Promise<void> => {
    await middleware.close()
    await listening.close()
  }
  return { url: listening.url, balancer: middleware.balancer, close }
}

/** A Koa app on a free port. */
export async function listen(app: Koa): Promise<{ url: string; close(): Promise<void> }> {
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${port}`, close }
}

function middlewareOf({ balancer, settings }: Mounting): PaylbMiddleware {
  const forward = { ...settings, pathFilter: '/payments', pathRewrite: { '^/payments': '' } }
  return 'run' in balancer ? paylb(balancer, forward) : paylb({ ...balancer, ...forward })
}
