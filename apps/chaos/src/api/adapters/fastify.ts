import { paylb } from '@paylb/fastify'
import Fastify from 'fastify'
import type { Listen } from './listening.ts'

export const listenWithFastify: Listen = async (balancer, timeouts) => {
  const app = Fastify()
  await app.register(paylb, { prefix: '/payments', balancer, timeouts })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url, close: () => app.close() }
}
