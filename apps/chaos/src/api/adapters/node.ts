import { createServer } from 'node:http'
import { paylb } from '@paylb/proxy'
import { ended, listenOn } from './listening.ts'
import type { Listen } from './listening.ts'

export const listenWithNode: Listen = async (balancer, timeouts) => {
  const payments = paylb(balancer, { timeouts, pathRewrite: { '^/payments': '' } })
  const server = createServer(payments)
  const url = await listenOn(server)
  return {
    url,
    close: async () => {
      await ended(server)
      await payments.close()
    },
  }
}
