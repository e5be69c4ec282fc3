import type { Health } from '../health/health.ts'
import { OverloadGate } from '../health/overload-gate.ts'
import type { Candidate } from '../strategies/strategy.ts'
import type { Cells } from './cells.ts'
import type { Group } from './groups.ts'
import { ReportedLoad } from './reported-load.ts'
import type { Server } from './server.ts'
import {
  emptyRow,
  observeFailure,
  observeResponseTime,
  readFailureRate,
  readResponseTime,
  readSlowStart,
  readWeight,
  writeWeight,
} from './server-row.ts'

/* What the pool knows of one server. It outlives every membership change and every change of strategy. */

/* More than can ever be in flight, and a small integer: Infinity would be kept as an object of its own. */
const noLimit = 2 ** 30

/** The live counters and the health of one server; what strategies see of it is `Candidate`. */
export class ServerState implements Candidate, Cells {
  /* What every pick touches stands first, so that a large pool has less to fetch. */
  server: Server
  readonly numbers: Float64Array
  readonly at: number
  inFlight = 0
  maxInFlight: number
  /** Undefined until the server answered 503 for the first time. */
  gate: OverloadGate | undefined
  /** The group in whose list this server stands, at `position`. */
  group: Group | undefined
  position = -1
  lastPick = 0
  picks = 0
  /** Counts ejections, so that what was sent before the last one no longer speaks about health. */
  generation = 0
  /** Healthy, and the last answer was good: one more changes nothing. */
  isUntroubled = true
  unauthorizedInARow = 0
  reportedLoad: ReportedLoad | undefined
  /** Called once each when nothing is in flight any more; undefined while nobody waits for that. */
  onIdle: (() => void)[] | undefined
  #health: Health
  /** Requests in flight that were sent before the last ejection. */
  #inFlightBefore = 0
  isDraining = false
  isRemoved = false
  readonly bornAtMs: number
  /** When slow start began; undefined for a server with its full weight. */
  slowStartSinceMs: number | undefined

  constructor(server: Server, health: Health, { numbers, at }: Cells, nowMs: number) {
    this.server = server
    this.numbers = numbers
    this.at = at
    this.maxInFlight = Math.min(server.maxInFlight, noLimit)
    this.#health = health
    this.bornAtMs = nowMs
    emptyRow(this)
    this.weigh(1)
  }

  get health(): Health {
    return this.#health
  }

  set health(health: Health) {
    this.#health = health
    this.isUntroubled = health.state === 'healthy' && health.consecutiveFailures === 0
  }

  /** Takes over a new description. */
  describe(server: Server): void {
    this.server = server
    this.maxInFlight = Math.min(server.maxInFlight, noLimit)
    this.weigh(this.slowStart)
  }

  get weight(): number {
    return readWeight(this)
  }

  get slowStart(): number {
    return readSlowStart(this)
  }

  /** Sets the weight to this share of the configured one. */
  weigh(slowStart: number): void {
    writeWeight(this, pickWeight(this.server), slowStart)
  }

  responseTimeAt(nowMs: number): number | undefined {
    return readResponseTime(this, nowMs)
  }

  failureRateAt(nowMs: number): number {
    return readFailureRate(this, nowMs)
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

  /** Requests in flight that were sent after the last ejection. */
  get inFlightOfGeneration(): number {
    return this.inFlight - this.#inFlightBefore
  }

  /** Whether the server can take one more request: it is not full, and has not asked to be left alone. */
  hasRoomAt(nowMs: number): boolean {
    return this.inFlight < this.maxInFlight && this.gateRemainingMsAt(nowMs) === 0
  }

  /** Milliseconds for which the server asked to be left alone; 0 when it did not. */
  gateRemainingMsAt(nowMs: number): number {
    return this.gate === undefined ? 0 : this.gate.remainingMsAt(nowMs)
  }

  /** Takes in that the server asked to be left alone. @param sentAtMs when the request was sent that it answered so */
  closeGate(retryAfterMs: number | undefined, sentAtMs: number, nowMs: number): void {
    this.gate ??= new OverloadGate()
    this.gate.close(retryAfterMs, sentAtMs, nowMs)
  }

  /** Takes in what the server says of its own load. */
  reportLoad(load: number, nowMs: number): void {
    this.reportedLoad ??= new ReportedLoad(this.bornAtMs)
    this.reportedLoad.report(load, this.inFlight, nowMs)
  }

  /** Takes in a good answer. @param responseMs how long it took; undefined where that says nothing about the server */
  succeed(responseMs: number | undefined, nowMs: number): void {
    if (responseMs !== undefined) observeResponseTime(this, responseMs, nowMs)
    observeFailure(this, false, nowMs)
    if (this.gate !== undefined) this.gate.succeeded()
  }

  /** Takes in a failure. @param asMs as which response time it counts */
  fail(asMs: number, nowMs: number): void {
    observeResponseTime(this, asMs, nowMs)
    observeFailure(this, true, nowMs)
  }

  /** Takes one more request. */
  enter(turn: number): void {
    this.inFlight += 1
    this.picks += 1
    this.lastPick = turn
    if (this.reportedLoad !== undefined) this.reportedLoad.inFlightSinceReport += 1
  }

  /** One request less. @param sent the generation and the load report that were the last ones when it entered */
  leave(sent: { readonly generation: number; readonly loadGeneration: number }): void {
    this.inFlight -= 1
    if (sent.generation !== this.generation) this.#inFlightBefore -= 1
    const { reportedLoad } = this
    if (reportedLoad?.generation === sent.loadGeneration) reportedLoad.inFlightSinceReport -= 1
    if (this.inFlight === 0 && this.onIdle !== undefined) for (const tell of this.onIdle.splice(0)) tell()
  }

  /** Calls back when nothing is in flight any more, at once where nothing is. */
  whenIdle(tell: () => void): void {
    if (this.inFlight === 0) tell()
    else (this.onIdle ??= []).push(tell)
  }

  /** What was sent until now no longer speaks about this server: it was ejected. */
  beginGeneration(): void {
    this.generation += 1
    this.#inFlightBefore = this.inFlight
  }
}

/** A server of weight 0 is only among the candidates when no other kind is left; those are then alike. */
function pickWeight(server: Server): number {
  return server.weight || 1
}
