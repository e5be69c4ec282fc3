import type { Ledger } from '../ledger/ledger.ts'
import type { Settings } from './options.ts'
import type { Counters } from './statistics.ts'

/** What the routes of one running server share. */
export interface ServerContext {
  readonly id: string
  readonly settings: Settings
  readonly ledger: Ledger
  readonly counters: Counters
  /** Aborts when the server closes: whatever still waits then gives up, with nothing executed. */
  readonly closing: AbortSignal
}
