import type { Server } from '../servers/server.ts'

/** One server that may be picked, with what the pool knows of it. Read-only for strategies. */
export interface Candidate {
  readonly server: Server
  /** Above 0, also for servers of weight 0 when only such servers are left. */
  readonly weight: number
  /**
   * How far a server that joined or came back has started, above 0 and up to 1. Part of `weight` already; for strategies
   * that ignore configured weights.
   */
  readonly slowStart: number
  /** Where this server stands in the list that the pool keeps; in a list for a retry it stands elsewhere. */
  readonly position: number
  readonly inFlight: number
  /** A number that grows with every pick; 0 for a server that was never picked. For ties: least recently picked first. */
  readonly lastPick: number
  /** Decayed response time in milliseconds, or undefined before the first sample. */
  responseTimeAt(nowMs: number): number | undefined
  /** Decayed share of requests that failed, 0 to 1. */
  failureRateAt(nowMs: number): number
  /** Reported load, 0 to 1 and above, or undefined where there is none that can be used. */
  loadAt(nowMs: number): number | undefined
  /** Requests sent since the last load report that are still in flight. */
  readonly inFlightSinceReport: number
  /** How many requests in flight make a load of 1, or undefined when not known. */
  readonly capacity: number | undefined
}

/** What a pick may depend on beside the candidates. Valid during the call only: the same object serves the next pick. */
export interface PickContext {
  readonly now: number
  readonly random: () => number
  readonly key: string | undefined
  /** A second choice for a request whose first server failed: a rotation that first picks follow must not move. */
  readonly isRetry: boolean
}

/**
 * Chooses one of the candidates. There is always at least one, and the array keeps its identity for as long as nobody
 * joins, leaves or changes weight or health, so what is derived from it may be cached. A strategy only chooses: counters
 * and health are the pool's.
 *
 * A `pick` that returns `candidates[index]` as it is may return undefined, by its type. To return anything but one of the
 * candidates is an error of the strategy: the least busy server is taken, and a warning tells.
 */
export interface Strategy<Picked extends Candidate | undefined = Candidate | undefined> {
  readonly name?: string
  /** Set by a strategy that reads `loadAt`; only then are load reports read from answers. */
  readonly usesLoadReports?: boolean
  pick(candidates: readonly Candidate[], context: PickContext): Picked
  /** Called after a candidate was picked or a request of it has ended: for strategies that keep the candidates in order. */
  onInFlightChange?(candidate: Candidate): void
  /** In words, what `figuresOf` gives and whether the least or the greatest wins. */
  readonly figure?: string
  /** For explanations: what the strategy goes by, one number per candidate in the same order. Changes nothing. */
  figuresOf?(candidates: readonly Candidate[], context: PickContext): readonly number[]
}
