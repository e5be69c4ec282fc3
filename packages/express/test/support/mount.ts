import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { MountAdapter, MountedAdapter, Mounting } from '@paylb/testing'
import express from 'express'
import type { Express } from 'express'
import express4 from 'express-4'
import { paylb } from '../../src/index.ts'
import type { PaylbHandler } from '../../src/index.ts'

/** paylb at a mount path of Express 5; behind it the same balancer, only handed out. */
export const mountExpress: MountAdapter = (mounting) => mount(mounting, express())

/** The same on Express 4. */
export const mountExpress4: MountAdapter = (mounting) => mount(mounting, express4())

async function mount(mounting: Mounting, app: Express): Promise<MountedAdapter> {
  const handler = handlerOf(mounting)
  const { parser } = mounting
  if (parser !== undefined) {
    app.use(async (request, _response, next) => {
      await parser(request)
      next()
    })
  }
  app.use('/payments', handler)
  app.use('/behind', paylb(handler.balancer, { forward: false }), async (request, response) => {
    const servers = request.paylb?.servers.map((server) => server.id) ?? null
    response.json({ servers, bodyBytes: (await buffer(request)).length })
  })
  const listening = await listen(app)
  const close = async (): Promise<void> => {
    await handler.close()
    await listening.close()
  }
  return { url: listening.url, balancer: handler.balancer, close }
}

/** An Express app on a free port. */
export async function listen(app: Express): Promise<{ url: string; close(): Promise<void> }> {
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

function handlerOf({ balancer, settings }: Mounting): PaylbHandler {
  return 'run' in balancer ? paylb(balancer, settings) : paylb({ ...balancer, ...settings })
}
