import { FailureWindow } from '../health/failure-window.ts'
import type { Health } from '../health/health.ts'
import type { OverloadGate } from '../health/overload-gate.ts'
import { outcomeKinds } from '../outcome/outcome.ts'
import type { OutcomeKind } from '../outcome/outcome.ts'
import type { Candidate } from '../strategies/strategy.ts'
import { cellsFrom } from './cells.ts'
import type { Cells } from './cells.ts'
import { Counters } from './counters.ts'
import { DecayedRate, observeRequest } from './decayed-rate.ts'
import { observeSample, PeakEwma } from './peak-ewma.ts'
import { ReportedLoad } from './reported-load.ts'
import type { Group } from './groups.ts'
import type { Server } from './server.ts'

/* What the pool knows of one server. It outlives every membership change and every change of strategy. */

/* Where each part begins in a server's row of numbers. */
const weightAt = 0
const slowStartAt = 1
const responseTimeAt = 2
const failureRateAt = responseTimeAt + PeakEwma.cells
const windowAt = failureRateAt + DecayedRate.cells
const outcomesAt = windowAt + FailureWindow.cells

const outcomeCells: ReadonlyMap<OutcomeKind, number> = new Map(outcomeKinds.map((kind, index) => [kind, index]))

/** How many numbers change for one server. */
export const cellsPerServer: number = outcomesAt + outcomeCells.size

/* More than can ever be in flight, and a small integer: Infinity would be kept as an object of its own. */
const noLimit = 2 ** 30

/** The live counters and the health of one server; what strategies see of it is `Candidate`. */
export class ServerState implements Candidate {
  /* What every pick reads stands first. */
  inFlight = 0
  maxInFlight: number
  /** Undefined until the server answered 503 for the first time. */
  gate: OverloadGate | undefined
  /** The group in whose list this server stands, at `position`. */
  group: Group | undefined
  position = -1
  /** Requests in flight that were sent after the last ejection. */
  inFlightOfGeneration = 0
  lastPick = 0
  picks = 0
  /** Counts ejections, so that what was sent before the last one no longer speaks about health. */
  generation = 0
  reportedLoad: ReportedLoad | undefined
  health: Health
  unauthorizedInARow = 0
  isDraining = false
  isRemoved = false
  server: Server
  readonly outcomes: Counters<OutcomeKind>
  readonly responseTime: PeakEwma
  readonly failureRate: DecayedRate
  readonly window: FailureWindow
  readonly bornAtMs: number
  readonly #numbers: Float64Array
  readonly #at: number
  /** When slow start began; undefined for a server with its full weight. */
  slowStartSinceMs: number | undefined
  /** Called once each when nothing is in flight any more; undefined while nobody waits for that. */
  onIdle: (() => void)[] | undefined

  constructor(server: Server, health: Health, windowMs: number, cells: Cells, nowMs: number) {
    this.server = server
    this.maxInFlight = Math.min(server.maxInFlight, noLimit)
    this.#numbers = cells.numbers
    this.#at = cells.at
    this.weigh(1)
    this.health = health
    this.bornAtMs = nowMs
    this.responseTime = new PeakEwma(cellsFrom(cells, responseTimeAt))
    this.failureRate = new DecayedRate(cellsFrom(cells, failureRateAt))
    this.window = new FailureWindow(windowMs, cellsFrom(cells, windowAt))
    this.outcomes = new Counters(outcomeCells, cellsFrom(cells, outcomesAt))
  }

  /** Takes over a new description. */
  describe(server: Server): void {
    this.server = server
    this.maxInFlight = Math.min(server.maxInFlight, noLimit)
    this.weigh(this.slowStart)
  }

  get weight(): number {
    return this.#numbers[this.#at + weightAt] ?? 1
  }

  get slowStart(): number {
    return this.#numbers[this.#at + slowStartAt] ?? 1
  }

  /** Sets the weight to this share of the configured one. */
  weigh(slowStart: number): void {
    this.#numbers[this.#at + slowStartAt] = slowStart
    this.#numbers[this.#at + weightAt] = pickWeight(this.server) * slowStart
  }

  responseTimeAt(nowMs: number): number | undefined {
    return this.responseTime.at(nowMs)
  }

  failureRateAt(nowMs: number): number {
    return this.failureRate.at(nowMs)
  }

  loadAt(nowMs: number): number | undefined {
    return this.reportedLoad?.at(nowMs)
  }

  get inFlightSinceReport(): number {
    return this.reportedLoad?.inFlightSinceReport ?? this.inFlight
  }

  get capacity(): number | undefined {
    return this.maxInFlight === noLimit ? this.reportedLoad?.capacity : this.maxInFlight
  }

  /** Whether the server can take one more request: it is not full, and has not asked to be left alone. */
  hasRoomAt(nowMs: number): boolean {
    return this.inFlight < this.maxInFlight && this.gateRemainingMsAt(nowMs) === 0
  }

  /** Milliseconds for which the server asked to be left alone; 0 when it did not. */
  gateRemainingMsAt(nowMs: number): number {
    return this.gate === undefined ? 0 : this.gate.remainingMsAt(nowMs)
  }

  /** Takes in what the server says of its own load. */
  reportLoad(load: number, nowMs: number): void {
    this.reportedLoad ??= new ReportedLoad(this.bornAtMs)
    this.reportedLoad.report(load, this.inFlight, nowMs)
  }

  /** Takes in a good answer. @param responseMs how long it took; undefined where that says nothing about the server */
  succeed(responseMs: number | undefined, nowMs: number): void {
    if (responseMs !== undefined) observeSample(this.#numbers, this.#at + responseTimeAt, responseMs, nowMs)
    observeRequest(this.#numbers, this.#at + failureRateAt, false, nowMs)
    this.gate?.succeeded()
  }

  /** Counts an outcome. */
  countOutcome(kind: OutcomeKind): void {
    const cell = this.#at + outcomesAt + (outcomeCells.get(kind) ?? 0)
    this.#numbers[cell] = (this.#numbers[cell] ?? 0) + 1
  }

  /** Takes one more request. */
  enter(turn: number): void {
    this.inFlight += 1
    this.inFlightOfGeneration += 1
    this.picks += 1
    this.lastPick = turn
    if (this.reportedLoad !== undefined) this.reportedLoad.inFlightSinceReport += 1
  }

  /** One request less. @param sent the generation and the load report that were the last ones when it entered */
  leave(sent: { readonly generation: number; readonly loadGeneration: number }): void {
    this.inFlight -= 1
    if (sent.generation === this.generation) this.inFlightOfGeneration -= 1
    const { reportedLoad } = this
    if (reportedLoad?.generation === sent.loadGeneration) reportedLoad.inFlightSinceReport -= 1
    if (this.inFlight === 0 && this.onIdle !== undefined) for (const tell of this.onIdle.splice(0)) tell()
  }

  /** What was sent until now no longer speaks about this server: it was ejected. */
  beginGeneration(): void {
    this.generation += 1
    this.inFlightOfGeneration = 0
    this.window.clear()
  }
}

/** A server of weight 0 is only among the candidates when no other kind is left; those are then alike. */
function pickWeight(server: Server): number {
  return server.weight || 1
}

/** One server in a snapshot: plain JSON. Times are in milliseconds. */
export interface ServerSnapshot {
  readonly id: string
  readonly url: string
  readonly weight: number
  readonly priority: number
  readonly zone?: string
  readonly inFlight: number
  readonly picks: number
  readonly isDraining: boolean
  readonly health: { readonly state: Health['state']; readonly ejections: number; readonly remainingMs?: number }
  /** Milliseconds for which the server asked to be left alone, where it did. */
  readonly gateRemainingMs?: number
  /** The share of its weight that the server gets so soon after it joined or came back: 0.1 to 1. */
  readonly slowStart: number
  readonly responseTimeMs: number | null
  readonly failureRate: number
  readonly load: number | null
  readonly outcomes: Readonly<Partial<Record<OutcomeKind, number>>>
}

/** A copy of what is known at `nowMs`. */
export function snapshotOf(state: ServerState, nowMs: number): ServerSnapshot {
  const { health, server } = state
  const gateRemainingMs = state.gateRemainingMsAt(nowMs)
  const remainingMs = health.state === 'ejected' ? { remainingMs: Math.max(0, health.untilMs - nowMs) } : {}
  return {
    id: server.id,
    url: server.url,
    weight: server.weight,
    priority: server.priority,
    ...(server.zone === undefined ? {} : { zone: server.zone }),
    inFlight: state.inFlight,
    picks: state.picks,
    isDraining: state.isDraining,
    health: { state: health.state, ejections: health.ejections, ...remainingMs },
    ...(gateRemainingMs > 0 ? { gateRemainingMs } : {}),
    slowStart: state.slowStart,
    responseTimeMs: state.responseTimeAt(nowMs) ?? null,
    failureRate: state.failureRateAt(nowMs),
    load: state.loadAt(nowMs) ?? null,
    outcomes: state.outcomes.toObject(),
  }
}
