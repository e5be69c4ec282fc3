/* An Express API with helmet, morgan and express.json(). Lines of paylb: those with `payments`. */
import { paylb } from '@paylb/express'
import express from 'express'
import helmet from 'helmet'
import morgan from 'morgan'
import { port, servers } from './environment.ts'
import { stopListening } from './stop-listening.ts'

const app = express()

app.use(helmet())
app.use(morgan('tiny', { skip: () => process.env['QUIET'] !== undefined }))

const payments = paylb({ servers })
app.use('/payments', payments) // before express.json(): paylb forwards the bytes that the caller sent

app.use(express.json())
const orders: unknown[] = []
app.post('/orders', (request, response) => {
  orders.push(request.body)
  response.status(201).json({ orders: orders.length })
})

const server = app.listen(port, '127.0.0.1', () => console.log('listening', server.address()))

process.once('SIGTERM', () => void stop())

async function stop(): Promise<void> {
  await stopListening(server) // first the callers: every payment in flight is answered
  await payments.close() // then the connections to the payment servers
}
