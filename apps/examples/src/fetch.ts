/* An API that charges with Node's fetch. Lines of paylb: those with `dispatcher` and `PaylbError`. */
import { PaylbError } from '@paylb/core'
import { createDispatcher } from '@paylb/undici'
import Fastify from 'fastify'
import { port, servers } from './environment.ts'
import { stopListening } from './stop-listening.ts'

const dispatcher = createDispatcher({ servers })
const app = Fastify({ logger: process.env['QUIET'] === undefined, bodyLimit: 2 * 1024 * 1024 })

interface Order {
  readonly id: string
  readonly amount: number
  readonly note?: string
}

app.post<{ Body: Order }>('/orders', async ({ body: { id, amount, note } }, reply) => {
  const headers = { 'content-type': 'application/json', 'idempotency-key': id }
  const body = JSON.stringify({ amount, reference: id, note })
  try {
    const answer = await fetch('http://payments/charges', { method: 'POST', headers, body, dispatcher })
    await answer.arrayBuffer()
    return await reply.code(answer.status).send({ id, outcome: answer.headers.get('paylb-outcome') })
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined // fetch wraps every error
    return await reply.code(502).send({ id, outcome: PaylbError.isInstance(cause) ? cause.outcome : 'unknown' })
  }
})

app.addHook('onClose', () => dispatcher.close())
await app.listen({ port, host: '127.0.0.1' })
console.log('listening', app.server.address())

process.once('SIGTERM', () => void stop())

async function stop(): Promise<void> {
  await stopListening(app.server) // first the callers: every payment in flight is answered
  await app.close() // closes the dispatcher as well
}
