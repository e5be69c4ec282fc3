/* A Fastify API with schemas and a hook that asks who is calling. Lines of paylb: the import and its `register`. */
import { paylb } from '@paylb/fastify'
import Fastify from 'fastify'
import { port, servers } from './environment.ts'
import { stopListening } from './stop-listening.ts'

const app = Fastify({ logger: process.env['QUIET'] === undefined })

app.addHook('onRequest', async (request, reply) => {
  if (request.headers.authorization !== 'Bearer shop') await reply.code(401).send({ error: 'who are you?' })
})

await app.register(paylb, { prefix: '/payments', servers }) // the hook above guards it as well

const order = {
  type: 'object',
  required: ['id', 'amount'],
  properties: { id: { type: 'string' }, amount: { type: 'integer', minimum: 1 } },
}
const orders: unknown[] = []
app.post('/orders', { schema: { body: order } }, async (request, reply) => {
  orders.push(request.body)
  return await reply.code(201).send({ orders: orders.length })
})

await app.listen({ port, host: '127.0.0.1' })
console.log('listening', app.server.address())

process.once('SIGTERM', () => void stop())

async function stop(): Promise<void> {
  await stopListening(app.server) // first the callers: every payment in flight is answered
  await app.close() // closes paylb as well
}
