import Fastify from 'fastify'
import { createForward } from '../ceiling/forward.ts'
import type { Listen } from './contestant.ts'

export const listen: Listen = async (servers) => {
  const app = Fastify()
  const forward = createForward(servers)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.all('/payments', (request, reply) => {
    reply.hijack()
    forward(request.raw, reply.raw)
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app.server
}
