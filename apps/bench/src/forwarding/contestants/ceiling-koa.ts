import Koa from 'koa'
import { createForward } from '../ceiling/forward.ts'
import type { Listen } from './contestant.ts'
import { listening } from './listening.ts'

export const listen: Listen = (servers) => {
  const app = new Koa()
  const forward = createForward(servers)
  app.use((context) => {
    context.respond = false
    forward(context.req, context.res)
  })
  return listening(app.callback())
}
