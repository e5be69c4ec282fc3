import type { Clock, Random } from './clock.ts'
import type { HealthCheckOptions } from './health/health-check.ts'
import type { Observer } from './observer.ts'
import type { OutcomeKind } from './outcome/outcome.ts'
import type { Journal, PaymentRecord } from './payments/journal.ts'
import type { LedgerProfile } from './payments/ledger.ts'
import type { Server } from './servers/server.ts'
import type { StrategyName } from './strategies/index.ts'
import type { Strategy } from './strategies/strategy.ts'

/* What a balancer can be told. The defaults are in `options.ts`, those of health in `health/health-options.ts`. */

/** One server, as it is given. Only `url` is needed. */
export interface ServerOptions {
  /** Default: host and port of the URL. */
  readonly id?: string
  /** `http:` or `https:`, with an optional base path; no credentials, query or fragment. */
  readonly url: string
  /** Share of the load relative to the others, at least 0. Default 1. A server of weight 0 is a last resort. */
  readonly weight?: number
  /** 0, the default, is used first; servers of a higher number take what those below cannot carry. */
  readonly priority?: number
  /** Where the server stands, such as `eu-2`. Servers in the balancer's own `zone` are preferred. */
  readonly zone?: string
  /** The most requests in flight at once. Default: no limit. */
  readonly maxInFlight?: number
  /** The name of the ledger in which this server records idempotency keys. */
  readonly ledger?: string
  /** How the transport checks this server, beside what it was told for all; false: not at all. */
  readonly healthCheck?: Partial<HealthCheckOptions> | false
  /** Anything of your own. */
  readonly meta?: unknown
}

/** When a server is taken out and how it comes back. Every time is in milliseconds. */
export interface HealthOptions {
  /** Failed connections in a row until a server is ejected. */
  readonly consecutiveConnectionFailures: number
  /** Failures of any kind in a row until a server is ejected. */
  readonly consecutiveFailures: number
  /** The window in which a server's success rate is held against that of all others. */
  readonly windowMs: number
  /** A server with fewer failures in the window is not judged by its rate. */
  readonly minFailures: number
  /** How far the interval of a server's success rate must lie below that of the others, 0 to 1. */
  readonly minGap: number
  /** How long the first ejection lasts; the second in a row lasts twice as long, and so on. */
  readonly ejectionMs: number
  readonly maxEjectionMs: number
  /** An ejection lasts up to this share longer or shorter, so that servers do not come back in step. */
  readonly ejectionJitter: number
  /** Default: `max(1, floor((n - 1) / 2))` of n servers. */
  readonly maxEjected: number | undefined
  /** Never eject below this number of servers that are left. */
  readonly minAvailable: number
  /** When more than this share of the servers, and at least two, go bad within one window, nobody is ejected. */
  readonly freezeShare: number
  /** Successes that bring a server back from probation. */
  readonly probationSuccesses: number
  /** How long a server that joined or came back takes to its full weight. */
  readonly slowStartMs: number
  /** 1: its weight grows evenly. Above 1: faster at first; below: slower at first. */
  readonly slowStartAggression: number
  /** A server that answers 5 requests in a row with 401 or 403 is always reported; true: it is also ejected. */
  readonly ejectOnUnauthorized: boolean
}

/** What to do when every server is out: refuse, try the one that would return first, or try all. */
export type PanicPolicy = 'fail' | 'least-bad' | 'all'

/** Everything a balancer can be told. Only `servers` is needed. */
export interface BalancerOptions {
  readonly servers: readonly (string | ServerOptions)[]
  /** A name, or an object with a `pick` of your own. Default `least-response-time`. */
  readonly strategy?: StrategyName | Strategy
  /** Where this process runs, such as `eu-1`. Of equal priority, servers in the same zone are preferred while they can carry their share. */
  readonly zone?: string
  /** `shared`: the servers without a `ledger` of their own share one. `none`: servers do not deduplicate at all. Not given: each server is a ledger of its own. */
  readonly ledger?: 'shared' | 'none'
  /** What is to be known of a ledger, by its name. */
  readonly ledgers?: Readonly<Record<string, Partial<LedgerProfile>>>
  /** Where keyed payments are written down before they are sent. Default `memoryJournal()`, which dies with the process. */
  readonly journal?: Journal
  /** When the journal cannot write, refuse keyed payments as not executed (the default), or go on without its protection. */
  readonly onJournalFailure?: 'refuse' | 'continue'
  /** Answer a request whose key is still running with 409 (the default), or let it wait for the first one to end. */
  readonly duplicates?: 'refuse' | 'wait'
  /**
   * Asks a server what became of a payment. `not-found` proves nothing: a paused server may still hold it. It is called
   * for payments with a key only, and may be called more than once.
   */
  readonly reconcile?: (payment: PaymentRecord, server: Server, signal: AbortSignal) => Promise<Reconciled>
  /** Called once for each payment whose outcome stays unknown. */
  readonly onUnknown?: (payment: PaymentRecord) => void
  /** How often unsettled payments are looked at again in the background while there is a `reconcile`, and from which age on. Default 30 s and 45 s. */
  readonly recovery?: { readonly everyMs?: number; readonly olderThanMs?: number }
  /** False switches health off. */
  readonly health?: Partial<HealthOptions> | false
  /** Default: `fail` for unsafe requests without a key, `least-bad` for everything else. */
  readonly panic?: PanicPolicy
  /** The most requests in flight at once over all servers. Default: no limit. */
  readonly maxInFlight?: number
  /** How many requests may wait, and how long, while every server has `maxInFlight`. Default: none waits. */
  readonly queue?: { readonly max: number; readonly timeoutMs: number }
  readonly failover?: {
    /** Attempts per payment, the first included. Default 3. */
    readonly maxAttempts?: number
    /** Retries may be at most this share of requests over 10 s, and `minPerSecond` in any case. Default 0.1 and 1. */
    readonly retryBudget?: { readonly ratio?: number; readonly minPerSecond?: number }
  }
  /** Refines the outcome of an answer. It cannot declare that an answered request was never sent. */
  readonly classify?: (answer: { status: number; headers: Headers; body?: Uint8Array }) => OutcomeKind | undefined
  readonly observer?: Observer
  readonly clock?: Clock
  readonly random?: Random
}

/** What a reconcile hook may find. */
export type Reconciled = 'succeeded' | 'declined' | 'not-found' | 'unknown'

/** Deadlines of a request, in milliseconds. */
export interface Timeouts {
  /** To a connected socket. */
  readonly connectMs: number
  /** To the head of the answer, for each attempt. */
  readonly headMs: number
  /** Between two chunks of a body. */
  readonly idleMs: number
  /** Over everything. */
  readonly totalMs: number
}
