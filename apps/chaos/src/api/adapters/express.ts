import { createServer } from 'node:http'
import { paylb } from '@paylb/express'
import express from 'express'
import { ended, listenOn } from './listening.ts'
import type { Listen } from './listening.ts'

export const listenWithExpress: Listen = async (balancer, timeouts) => {
  const app = express()
  const payments = paylb(balancer, { timeouts })
  app.use('/payments', payments)
  const server = createServer(app)
  const url = await listenOn(server)
  return {
    url,
    close: async () => {
      await ended(server)
      await payments.close()
    },
  }
}
