import type { Candidate, PickContext } from '../../src/index.ts'

/* Candidates for tests that ask a strategy directly, without a pool around it. */

export interface CandidateOptions {
  readonly weight?: number
  readonly inFlight?: number
  readonly lastPick?: number
  readonly responseTimeMs?: number | undefined
  readonly failureRate?: number
  readonly load?: number | undefined
  readonly inFlightSinceReport?: number
  readonly capacity?: number | undefined
}

/** A candidate that stays as it is. */
export function candidate(id: string, options: CandidateOptions = {}): Candidate {
  const { weight = 1, inFlight = 0, lastPick = 0, failureRate = 0, inFlightSinceReport = 0, capacity } = options
  const url = `http://${id}.test`
  return Object.freeze({
    server: { id, url, origin: url, basePath: '', weight, maxInFlight: Infinity, ledger: id, meta: undefined },
    weight,
    inFlight,
    lastPick,
    inFlightSinceReport,
    capacity,
    responseTimeAt: () => options.responseTimeMs,
    failureRateAt: () => failureRate,
    loadAt: () => options.load,
  })
}

/** Candidates a, b, c, … */
export function candidates(...options: readonly CandidateOptions[]): readonly Candidate[] {
  return Object.freeze(options.map((one, index) => candidate(String.fromCodePoint(97 + index), one)))
}

export function context(random: () => number, more: Partial<PickContext> = {}): PickContext {
  return { now: 0, random, key: undefined, isRetry: false, ...more }
}
