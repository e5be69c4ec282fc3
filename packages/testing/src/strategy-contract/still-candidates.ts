import { createBalancer } from '@paylb/core'
import type { Candidate, PickContext, Server } from '@paylb/core'
import { serverNumber } from './scene.ts'

/* Candidates that never change: what a strategy does differently with them comes from itself. */

/** One candidate for each weight, all idle and without a history. */
export function stillCandidates(weights: readonly number[]): readonly Candidate[] {
  const { servers } = createBalancer({ servers: weights.map((weight, index) => serverNumber(index, weight)) })
  return Object.freeze(servers.map(stillCandidate))
}

/** What a pick among them is given. Chance is always the same. */
export function stillContext(isRetry: boolean): PickContext {
  return { now: 0, random: () => 0.4, key: 'order-17', isRetry }
}

function stillCandidate(server: Server, position: number): Candidate {
  return Object.freeze({
    server,
    weight: server.weight,
    slowStart: 1,
    position,
    inFlight: 0,
    lastPick: 0,
    inFlightSinceReport: 0,
    capacity: undefined,
    responseTimeAt: () => undefined,
    failureRateAt: () => 0,
    loadAt: () => undefined,
  })
}
