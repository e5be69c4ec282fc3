import type { ApiSetup } from './api/setup.ts'
import type { Pace } from './faults/schedule.ts'

/* How long everything lasts: one set for a full run, one for a short run in CI. */

/** The times of a run. */
export interface RunTimes extends Pick<ApiSetup, 'timeouts' | 'health' | 'recovery'> {
  readonly pace: Pace
  /** How long a caller thinks between two payments, on average. */
  readonly thinkMs: number
}

/* Servers come back soon, or those that are out would be hit by nothing. */
const health = { ejectionMs: 300, maxEjectionMs: 1_000, slowStartMs: 300 }

/** Of a full run. */
export const fullTimes: RunTimes = {
  timeouts: { connectMs: 300, headMs: 800, idleMs: 800, totalMs: 3_000 },
  health,
  recovery: { everyMs: 1_000, olderThanMs: 3_000 },
  pace: { stepMs: [600, 1_500], gapMs: [200, 1_200], headMs: 800 },
  thinkMs: 50,
}

/** Of a short run. */
export const shortTimes: RunTimes = {
  timeouts: { connectMs: 300, headMs: 500, idleMs: 500, totalMs: 1_500 },
  health,
  recovery: { everyMs: 500, olderThanMs: 1_500 },
  pace: { stepMs: [200, 500], gapMs: [50, 250], headMs: 500 },
  thinkMs: 50,
}
