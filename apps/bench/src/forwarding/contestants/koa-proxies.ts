import Koa from 'koa'
import proxies from 'koa-proxies'
import type { Listen } from './contestant.ts'
import { listening } from './listening.ts'
import { inTurn, keepingAgent } from './turns.ts'

export const listen: Listen = (servers) => {
  const app = new Koa()
  const agent = keepingAgent()
  const next = inTurn(servers)
  app.use(proxies('/payments', () => ({ target: next(), agent })))
  return listening(app.callback())
}
