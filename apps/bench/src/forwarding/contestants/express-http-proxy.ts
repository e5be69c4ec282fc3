import express from 'express'
import proxy from 'express-http-proxy'
import type { Listen } from './contestant.ts'
import { listening } from './listening.ts'
import { inTurn, keepingAgent } from './turns.ts'

export const listen: Listen = (servers) => {
  const app = express()
  const agent = keepingAgent()
  const proxyReqOptDecorator: proxy.ProxyOptions['proxyReqOptDecorator'] = (options) => ({ ...options, agent })
  app.use('/payments', proxy(inTurn(servers), { memoizeHost: false, proxyReqOptDecorator }))
  return listening(app)
}
