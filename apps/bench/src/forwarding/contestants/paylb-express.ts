import { paylb } from '@paylb/express'
import express from 'express'
import type { Listen } from './contestant.ts'
import { listening } from './listening.ts'
import { everythingOn } from './paylb-options.ts'

export const listen: Listen = (servers) => {
  const app = express()
  app.use('/payments', paylb(everythingOn(servers)))
  return listening(app)
}
