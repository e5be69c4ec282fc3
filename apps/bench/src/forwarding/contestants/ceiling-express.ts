import express from 'express'
import { createForward } from '../ceiling/forward.ts'
import type { Listen } from './contestant.ts'
import { listening } from './listening.ts'

export const listen: Listen = (servers) => {
  const app = express()
  app.use('/payments', createForward(servers))
  return listening(app)
}
