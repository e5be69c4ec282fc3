import { paylb } from '@paylb/proxy'
import type { Listen } from './contestant.ts'
import { listening } from './listening.ts'
import { everythingOn } from './paylb-options.ts'

export const listen: Listen = (servers) => listening(paylb(everythingOn(servers)))
