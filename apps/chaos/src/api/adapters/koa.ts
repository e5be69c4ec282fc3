import { createServer } from 'node:http'
import { paylb } from '@paylb/koa'
import Koa from 'koa'
import { ended, listenOn } from './listening.ts'
import type { Listen } from './listening.ts'

export const listenWithKoa: Listen = async (balancer, timeouts) => {
  const app = new Koa()
  const payments = paylb(balancer, { timeouts, pathFilter: '/payments', pathRewrite: { '^/payments': '' } })
  app.use(payments)
  const handle = app.callback()
  const server = createServer((request, response) => void handle(request, response))
  const url = await listenOn(server)
  return {
    url,
    close: async () => {
      await ended(server)
      await payments.close()
    },
  }
}
