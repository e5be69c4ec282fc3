/* An API that charges with axios. Lines of paylb: its import, and the `paylb(…)` around the instance. */
import { outcomeOf, paylb } from '@paylb/axios'
import axios from 'axios'
import express from 'express'
import { port, servers } from './environment.ts'
import { stopListening } from './stop-listening.ts'

const payments = paylb(axios.create({ timeout: 5_000 }), { servers })
const app = express()

app.use(express.json({ limit: '2mb' }))

interface Order {
  readonly id: string
  readonly amount: number
  readonly note?: string
}

app.post('/orders', async ({ body }, response) => {
  const { id, amount, note } = body as Order
  const charge = { amount, reference: id, note }
  try {
    const answer = await payments.post('/charges', charge, { headers: { 'Idempotency-Key': id } })
    response.status(201).json({ id, outcome: outcomeOf(answer) })
  } catch (error) {
    const outcome = outcomeOf(error) // 'declined', 'not-executed', 'unknown', …
    response.status(outcome === 'declined' ? 402 : 502).json({ id, outcome })
  }
})

const server = app.listen(port, '127.0.0.1', () => console.log('listening', server.address()))

process.once('SIGTERM', () => void stop())

async function stop(): Promise<void> {
  await stopListening(server) // first the callers: every payment in flight is answered
  await payments.paylb.close() // then the connections to the payment servers
}
