import { paylb } from '@paylb/fastify'
import Fastify from 'fastify'
import type { Listen } from './contestant.ts'
import { everythingOn } from './paylb-options.ts'

export const listen: Listen = async (servers) => {
  const app = Fastify()
  await app.register(paylb, { prefix: '/payments', ...everythingOn(servers) })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app.server
}
