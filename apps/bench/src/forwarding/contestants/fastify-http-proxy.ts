import httpProxy from '@fastify/http-proxy'
import Fastify from 'fastify'
import type { Listen } from './contestant.ts'
import { inTurn } from './turns.ts'

/* It forwards over undici, whose connections are kept anyway. */

export const listen: Listen = async (servers) => {
  const app = Fastify()
  await app.register(httpProxy, { prefix: '/payments', upstream: '', replyOptions: { getUpstream: inTurn(servers) } })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app.server
}
