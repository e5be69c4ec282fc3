/* A user's app in strict TypeScript: each door once, over one balancer. It ends with an error unless every payment succeeded. */
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createBalancer } from '@paylb/core'
import type { Balancer } from '@paylb/core'
import { isPaymentError, outcomeOf, paylb as balanced } from '@paylb/axios'
import { paylb as forExpress } from '@paylb/express'
import { paylb as forFastify } from '@paylb/fastify'
import { paylb as forKoa } from '@paylb/koa'
import { paylb as forNode } from '@paylb/proxy'
import { sqliteJournal } from '@paylb/sqlite'
import { createDispatcher } from '@paylb/undici'
import axios from 'axios'
import express from 'express'
import Fastify from 'fastify'
import Koa from 'koa'

const servers = ['http://127.0.0.1:4001', 'http://127.0.0.1:4002', 'http://127.0.0.1:4003']
const balancer: Balancer = createBalancer({ servers, journal: sqliteJournal({ file: 'payments.journal' }) })

const expressApp = express()
expressApp.use('/payments', forExpress(balancer, { requireKey: true }))
expressApp.get('/', (request, response) => void response.json(request.paylb?.snapshot()))

const koaApp = new Koa()
koaApp.use(forKoa(balancer, { pathFilter: '/payments', pathRewrite: { '^/payments': '' } }))
koaApp.use((context) => {
  context.body = context.paylb?.snapshot()
})

const fastify = Fastify()
await fastify.register(forFastify, { balancer, prefix: '/payments' })
fastify.get('/', (request) => request.paylb.snapshot())

const node = createServer(forNode(balancer, { pathRewrite: { '^/payments': '' } }))
const apis = [expressApp.listen(0), koaApp.listen(0), node.listen(0)]
const urls = [...apis.map(urlOf), await fastify.listen({ port: 0 })]

for (const [nth, url] of urls.entries()) {
  const answer = await fetch(`${url}/payments/charges`, payment(`forwarded-${nth}`))
  if (answer.headers.get('paylb-outcome') !== 'succeeded') throw new Error(`${nth}: ${answer.status}`)
}

const client = balanced(axios.create({ timeout: 5_000 }), balancer)
try {
  const headers = { 'Idempotency-Key': 'by-axios' }
  const answer = await client.post('/charges', { amount: 1_000, reference: 'by-axios' }, { headers })
  if (outcomeOf(answer) !== 'succeeded') throw new Error(`axios: ${answer.status}`)
} catch (error) {
  if (isPaymentError(error)) console.error(error.outcome, error.attempts[0]?.server)
  throw error
}

const dispatcher = createDispatcher(balancer)
const answer = await fetch('http://payments/charges', { ...payment('by-fetch'), dispatcher })
if (answer.headers.get('paylb-outcome') !== 'succeeded') throw new Error(`fetch: ${answer.status}`)

for (const api of apis) api.close()
await fastify.close()
await dispatcher.close()
await balancer.close()

function urlOf(api: Server): string {
  return `http://127.0.0.1:${(api.address() as AddressInfo).port}`
}

function payment(reference: string): RequestInit {
  const headers = { 'content-type': 'application/json', 'idempotency-key': reference }
  return { method: 'POST', headers, body: JSON.stringify({ amount: 1_000, reference }) }
}
