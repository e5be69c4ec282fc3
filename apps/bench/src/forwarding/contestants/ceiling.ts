import { createForward } from '../ceiling/forward.ts'
import type { Listen } from './contestant.ts'
import { listening } from './listening.ts'

export const listen: Listen = (servers) => listening(createForward(servers))
