import type { Candidate, PickContext, Server } from '../../src/index.ts'

/* Candidates for tests that ask a strategy directly, without a pool around it. */

export interface CandidateOptions {
  readonly weight?: number
  readonly slowStart?: number
  readonly position?: number
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
  const { weight = 1, slowStart = 1, position = -1, inFlight = 0, lastPick = 0 } = options
  const { failureRate = 0, inFlightSinceReport = 0, capacity } = options
  return Object.freeze({
    server: serverOf(id, weight),
    weight,
    slowStart,
    position,
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
  return Object.freeze(
    options.map((one, position) => candidate(String.fromCodePoint(97 + position), { position, ...one })),
  )
}

export function context(random: () => number, more: Partial<PickContext> = {}): PickContext {
  return { now: 0, random, key: undefined, isRetry: false, ...more }
}

/** A candidate that requests can be sent to, as the pool does it. */
export class LiveCandidate implements Candidate {
  readonly server: Server
  weight: number
  slowStart = 1
  position = -1
  inFlight = 0
  lastPick = 0
  inFlightSinceReport = 0
  capacity = undefined
  failureRate = 0

  constructor(id: string, weight = 1) {
    this.server = serverOf(id, weight)
    this.weight = weight
  }

  responseTimeAt(): number | undefined {
    return undefined
  }

  failureRateAt(): number {
    return this.failureRate
  }

  loadAt(): number | undefined {
    return undefined
  }
}

/** A new list of live candidates, each of which knows its place in it. */
export function listed<Some extends LiveCandidate>(members: Iterable<Some>): readonly Some[] {
  const list = [...members]
  for (const [position, one] of list.entries()) one.position = position
  return Object.freeze(list)
}

function serverOf(id: string, weight: number): Server {
  const url = `http://${id}.test`
  const unset = { declaresLedger: false, zone: undefined, healthCheck: undefined, meta: undefined }
  return { id, url, origin: url, basePath: '', weight, priority: 0, maxInFlight: Infinity, ledger: id, ...unset }
}
