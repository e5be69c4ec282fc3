import type { MountAdapter, Mounting } from '@paylb/testing'
import fastify from 'fastify'
import { paylb } from '../../src/index.ts'
import type { PaylbPluginOptions } from '../../src/index.ts'

/** paylb below a prefix of Fastify. */
export const mountFastify: MountAdapter = async (mounting) => {
  const app = fastify()
  const { parser } = mounting
  if (parser !== undefined) app.addHook('onRequest', ({ raw }) => parser(raw))
  await app.register(paylb, optionsOf(mounting))
  app.post<{ Body: string }>('/behind', async ({ body, paylb: balancer }) => ({
    servers: balancer.servers.map((server) => server.id),
    bodyBytes: Buffer.byteLength(body),
  }))
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }), balancer: app.paylb, close: () => app.close() }
}

function optionsOf({ balancer, settings }: Mounting): PaylbPluginOptions {
  const mounted = { ...settings, prefix: '/payments' }
  return 'run' in balancer ? { ...mounted, balancer } : { ...mounted, ...balancer }
}
