import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { MountAdapter, Mounting } from '@paylb/testing'
import { paylb } from '../../src/index.ts'
import type { Balancer, PaylbHandler } from '../../src/index.ts'

type Request = IncomingMessage & { readonly paylb?: Balancer }

/** paylb in a plain Node server. */
export const mountNode: MountAdapter = async (mounting) => {
  const handler = handlerOf(mounting)
  const app = await listen((request: Request, response) => {
    const handle = (): void =>
      handler(request, response, () => void behind(request, response).catch(() => response.destroy()))
    if (mounting.parser === undefined) handle()
    else void mounting.parser(request).then(handle)
  })
  const close = async (): Promise<void> => {
    await handler.close()
    await app.close()
  }
  return { url: app.url, balancer: handler.balancer, close }
}

/** A Node server on a free port. */
export async function listen(listener: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
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
  const forward = { ...settings, pathFilter: '/payments', pathRewrite: { '^/payments': '' } }
  return 'run' in balancer ? paylb(balancer, forward) : paylb({ ...balancer, ...forward })
}

async function behind(request: Request, response: ServerResponse): Promise<void> {
  response.statusCode = request.url === '/behind' ? 200 : 404
  const servers = request.paylb?.servers.map((server) => server.id) ?? null
  response.end(JSON.stringify({ servers, bodyBytes: (await buffer(request)).length }))
}
