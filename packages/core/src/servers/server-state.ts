import { newlyHealthy } from '../health/health.ts'
import type { Health } from '../health/health.ts'
import type { OutcomeKind } from '../outcome/outcome.ts'
import type { Candidate } from '../strategies/strategy.ts'
import { DecayedRate } from './decayed-rate.ts'
import { PeakEwma } from './peak-ewma.ts'
import { ReportedLoad } from './reported-load.ts'
import type { Server } from './server.ts'

/* What the pool knows of one server. It outlives every membership change and every change of strategy. */

/** The live counters and the health of one server; what strategies see of it is `Candidate`. */
export class ServerState implements Candidate {
  server: Server
  weight: number
  slowStart = 1
  position = -1
  health: Health
  inFlight = 0
  lastPick = 0
  picks = 0
  isDraining = false
  isRemoved = false
  /** Counts ejections, so that what was sent before the last one no longer speaks about health. */
  generation = 0
  responseTime: PeakEwma = new PeakEwma()
  readonly failureRate: DecayedRate = new DecayedRate()
  readonly reportedLoad: ReportedLoad
  readonly outcomes: Partial<Record<OutcomeKind, number>> = {}
  /** Called once each when nothing is in flight any more. */
  readonly onIdle: (() => void)[] = []

  constructor(server: Server, nowMs: number) {
    this.server = server
    this.weight = pickWeight(server)
    this.health = newlyHealthy(nowMs)
    this.reportedLoad = new ReportedLoad(nowMs)
  }

  responseTimeAt(nowMs: number): number | undefined {
    return this.responseTime.at(nowMs)
  }

  failureRateAt(nowMs: number): number {
    return this.failureRate.at(nowMs)
  }

  loadAt(nowMs: number): number | undefined {
    return this.reportedLoad.at(nowMs)
  }

  get inFlightSinceReport(): number {
    return this.reportedLoad.inFlightSinceReport
  }

  get capacity(): number | undefined {
    return this.server.maxInFlight === Infinity ? this.reportedLoad.capacity : this.server.maxInFlight
  }

  /** Takes one more request. */
  enter(turn: number): void {
    this.inFlight += 1
    this.picks += 1
    this.lastPick = turn
    this.reportedLoad.inFlightSinceReport += 1
  }

  /** One request less. @param loadGeneration the load report that was the last one when the request entered */
  leave(loadGeneration: number): void {
    this.inFlight -= 1
    if (loadGeneration === this.reportedLoad.generation) this.reportedLoad.inFlightSinceReport -= 1
    if (this.inFlight === 0) for (const tell of this.onIdle.splice(0)) tell()
  }
}

/** A server of weight 0 is only among the candidates when no other kind is left; those are then alike. */
export function pickWeight(server: Server): number {
  return server.weight || 1
}

/** One server in a snapshot: plain JSON. Times are in milliseconds. */
export interface ServerSnapshot {
  readonly id: string
  readonly url: string
  readonly weight: number
  readonly inFlight: number
  readonly picks: number
  readonly isDraining: boolean
  readonly health: { readonly state: Health['state']; readonly ejections: number; readonly remainingMs?: number }
  readonly responseTimeMs: number | null
  readonly failureRate: number
  readonly load: number | null
  readonly outcomes: Readonly<Partial<Record<OutcomeKind, number>>>
}

/** A copy of what is known at `nowMs`. */
export function snapshotOf(state: ServerState, nowMs: number): ServerSnapshot {
  const { health, server } = state
  const remainingMs = health.state === 'ejected' ? { remainingMs: Math.max(0, health.untilMs - nowMs) } : {}
  return {
    id: server.id,
    url: server.url,
    weight: server.weight,
    inFlight: state.inFlight,
    picks: state.picks,
    isDraining: state.isDraining,
    health: { state: health.state, ejections: health.ejections, ...remainingMs },
    responseTimeMs: state.responseTimeAt(nowMs) ?? null,
    failureRate: state.failureRateAt(nowMs),
    load: state.loadAt(nowMs) ?? null,
    outcomes: { ...state.outcomes },
  }
}
