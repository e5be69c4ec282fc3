/*
 * An ordinary Express API with paylb in it, as its own process. It gets the payment servers' URLs as arguments and tells
 * its parent its own.
 */
import type { AddressInfo } from 'node:net'
import { paylb } from '@paylb/express'
import express from 'express'

const servers = process.argv.slice(2).map((server) => {
  const [id = '', url = ''] = server.split('=')
  return { id, url }
})

const app = express()
app.get('/hello', (_request, response) => {
  response.json({ hello: 'from an ordinary API' })
})
const payments = paylb({ servers, timeouts: { connectMs: 500, headMs: 1_500, totalMs: 6_000 } })
app.use('/payments', payments)
app.get('/servers', (_request, response) => {
  response.json(payments.balancer.snapshot())
})

const listener = app.listen(0, '127.0.0.1', () => {
  const { port } = listener.address() as AddressInfo
  process.send?.(`http://127.0.0.1:${port}`)
})
process.on('disconnect', () => process.exit())
process.on('SIGINT', () => {}) // the parent decides when to stop
