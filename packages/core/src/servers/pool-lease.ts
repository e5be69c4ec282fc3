import type { BodyEnding } from '../failover/call.ts'
import type { Outcome } from '../outcome/outcome.ts'
import type { Lease } from './lease.ts'
import type { Server } from './server.ts'
import type { ServerState } from './server-state.ts'

/** Who is told what becomes of a lease. */
export interface Lender {
  record(lease: PoolLease, outcome: Outcome): void
  leave(lease: PoolLease, wasCut: boolean): void
}

/** A lease on a server of a pool, with what was true when it was picked: later news is held against it. */
export class PoolLease implements Lease {
  readonly #lender: Lender
  readonly server: Server
  readonly state: ServerState
  readonly pickedAtMs: number
  /** The server's generation: what was sent before an ejection no longer counts. */
  readonly generation: number
  /** The load report that was the last one. */
  readonly loadGeneration: number
  #isRecorded = false
  #isReleased = false

  constructor(state: ServerState, pickedAtMs: number, lender: Lender) {
    this.#lender = lender
    this.server = state.server
    this.state = state
    this.pickedAtMs = pickedAtMs
    this.generation = state.generation
    this.loadGeneration = state.reportedLoad?.generation ?? 0
  }

  record(outcome: Outcome): void {
    if (this.#isRecorded || this.#isReleased) return
    this.#isRecorded = true
    this.#lender.record(this, outcome)
  }

  release(ending: BodyEnding = 'complete'): void {
    if (this.#isReleased) return
    this.#isReleased = true
    this.#lender.leave(this, ending === 'cut')
  }
}
