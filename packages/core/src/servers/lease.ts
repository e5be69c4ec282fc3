import type { BodyEnding } from '../failover/call.ts'
import type { Outcome } from '../outcome/outcome.ts'
import type { Server } from './server.ts'

/** What a pick may depend on. */
export interface PickRequest {
  /** The idempotency key, or whatever else the same server should be picked for. */
  readonly key?: string
  /** The HTTP method. Default POST. */
  readonly method?: string
  /** True for a route that the user marked as idempotent. */
  readonly idempotent?: boolean
  /** Ids of servers that must not be picked, because they were tried already. */
  readonly exclude?: ReadonlySet<string>
  /** Only servers of this ledger may be picked; undefined inside: only those that do not deduplicate. */
  readonly pin?: { readonly ledger: string | undefined }
}

/**
 * One picked server, held until its answer's body has ended. It has two moments: the head of the answer decides health
 * and failover, the end of the body frees the slot.
 */
export interface Lease {
  readonly server: Server
  /** Says once what the attempt meant; a second call, and a call after `release`, change nothing. */
  record(outcome: Outcome): void
  /** Frees the slot; a second call changes nothing. A body that was cut counts as a failure of the server. */
  release(ending?: BodyEnding): void
}
