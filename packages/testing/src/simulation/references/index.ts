import type { Strategy } from '@paylb/core'
import type { FleetView } from '../simulated-strategy.ts'
import { omniscient } from './omniscient.ts'
import { plainRoundRobin } from './plain-round-robin.ts'
import { twoChoicesPeakEwma } from './two-choices-peak-ewma.ts'

/** What strategies are compared with: the limit, the naive one, and what service meshes do. */
export const references: Readonly<Record<ReferenceName, (fleet: FleetView) => Strategy>> = {
  omniscient,
  'plain round robin': plainRoundRobin,
  'two-choices peak-EWMA': twoChoicesPeakEwma,
}

/** The names of the references. */
export type ReferenceName = 'omniscient' | 'plain round robin' | 'two-choices peak-EWMA'
