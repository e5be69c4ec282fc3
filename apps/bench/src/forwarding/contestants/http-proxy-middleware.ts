import express from 'express'
import { createProxyMiddleware } from 'http-proxy-middleware'
import type { Listen } from './contestant.ts'
import { listening } from './listening.ts'
import { inTurn, keepingAgent } from './turns.ts'

export const listen: Listen = (servers) => {
  const app = express()
  app.use(
    '/payments',
    createProxyMiddleware({ router: inTurn(servers), target: servers[0] ?? '', agent: keepingAgent() }),
  )
  return listening(app)
}
