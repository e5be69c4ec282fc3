import type { BodyEnding } from '../failover/call.ts'
import type { Outcome } from '../outcome/outcome.ts'
import type { Lease } from './lease.ts'
import type { Server } from './server.ts'
import type { ServerState } from './server-state.ts'

/* What was true of the server when it was picked; later news is held against it. */

/** The moment of a pick. */
export interface Picked {
  readonly atMs: number
  /** The server's generation: what was sent before an ejection no longer counts. */
  readonly generation: number
  /** The load report that was the last one. */
  readonly loadGeneration: number
}

/** Who is told what becomes of a lease. */
export interface Lender {
  record(state: ServerState, outcome: Outcome, picked: Picked): void
  leave(state: ServerState, wasCut: boolean, picked: Picked): void
}

/** A lease on a server of a pool. */
export class PoolLease implements Lease {
  readonly #state: ServerState
  readonly #lender: Lender
  readonly #picked: Picked
  readonly server: Server
  #isRecorded = false
  #isReleased = false

  constructor(state: ServerState, pickedAtMs: number, lender: Lender) {
    this.#state = state
    this.#lender = lender
    this.#picked = {
      atMs: pickedAtMs,
      generation: state.generation,
      loadGeneration: state.reportedLoad.generation,
    }
    this.server = state.server
  }

  record(outcome: Outcome): void {
    if (this.#isRecorded || this.#isReleased) return
    this.#isRecorded = true
    this.#lender.record(this.#state, outcome, this.#picked)
  }

  release(ending: BodyEnding = 'complete'): void {
    if (this.#isReleased) return
    this.#isReleased = true
    this.#lender.leave(this.#state, ending === 'cut', this.#picked)
  }
}
