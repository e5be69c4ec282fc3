/* A user's app that is compiled to CommonJS: every package by `require`. It ends with an error unless every payment succeeded. */
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { outcomeOf, paylb as balanced } from '@paylb/axios'
import { createBalancer } from '@paylb/core'
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

async function main(): Promise<void> {
  const balancer = createBalancer({ servers, journal: sqliteJournal({ file: 'payments.journal' }) })
  const expressApp = express()
  expressApp.use('/payments', forExpress(balancer))
  const koaApp = new Koa()
  koaApp.use(forKoa(balancer, { pathFilter: '/payments', pathRewrite: { '^/payments': '' } }))
  const fastify = Fastify()
  await fastify.register(forFastify, { balancer, prefix: '/payments' })
  const node = createServer(forNode(balancer, { pathRewrite: { '^/payments': '' } }))
  const apis: Server[] = [expressApp.listen(0), koaApp.listen(0), node.listen(0)]
  const urls = [...apis.map(urlOf), await fastify.listen({ port: 0 })]

  for (const [nth, url] of urls.entries()) {
    const answer = await fetch(`${url}/payments/charges`, payment(`forwarded-${nth}`))
    if (answer.headers.get('paylb-outcome') !== 'succeeded') throw new Error(`${nth}: ${answer.status}`)
  }
  const client = balanced(axios.create({ timeout: 5_000 }), balancer)
  const byAxios = await client.post('/charges', { amount: 1_000, reference: 'by-axios' })
  if (outcomeOf(byAxios) !== 'succeeded') throw new Error(`axios: ${byAxios.status}`)

  const dispatcher = createDispatcher(balancer)
  const byFetch = await fetch('http://payments/charges', { ...payment('by-fetch'), dispatcher })
  if (byFetch.headers.get('paylb-outcome') !== 'succeeded') throw new Error(`fetch: ${byFetch.status}`)

  for (const api of apis) api.close()
  await fastify.close()
  await dispatcher.close()
  await balancer.close()
}

function urlOf(api: Server): string {
  return `http://127.0.0.1:${(api.address() as AddressInfo).port}`
}

function payment(reference: string): RequestInit {
  const headers = { 'content-type': 'application/json', 'idempotency-key': reference }
  return { method: 'POST', headers, body: JSON.stringify({ amount: 1_000, reference }) }
}

void main()
