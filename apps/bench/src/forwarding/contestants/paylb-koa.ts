import { paylb } from '@paylb/koa'
import Koa from 'koa'
import type { Listen } from './contestant.ts'
import { listening } from './listening.ts'
import { everythingOn } from './paylb-options.ts'

export const listen: Listen = (servers) => {
  const app = new Koa()
  app.use(paylb({ ...everythingOn(servers), pathFilter: '/payments' }))
  return listening(app.callback())
}
