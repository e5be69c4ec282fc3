import type {
  BalancerOptions,
  HealthOptions,
  PickExplanation,
  Reconciled,
  RecoveryReport,
  StrategyName,
  Timeouts,
} from '@paylb/core'

/* What the run and the API's process say to each other: one argument at the start, messages afterwards. */

/** The ways in which an API can have paylb in it. */
export const adapterNames = ['express', 'fastify', 'koa', 'node', 'axios'] as const
export type AdapterName = (typeof adapterNames)[number]

/** Everything that the API's process is told. */
export interface ApiSetup {
  readonly adapter: AdapterName
  readonly servers: readonly { readonly id: string; readonly url: string; readonly ledger?: string }[]
  /** As the option of a balancer: `shared` where all servers have one ledger. */
  readonly ledger?: 'shared'
  readonly strategy: StrategyName
  readonly journalFile: string
  readonly timeouts: Timeouts
  readonly health: Partial<HealthOptions>
  readonly recovery: NonNullable<BalancerOptions['recovery']>
  /** Whether there is a reconcile hook. */
  readonly reconciles: boolean
}

/** What the API tells without being asked. */
export type Notice =
  | { readonly kind: 'listening'; readonly url: string }
  /** What `recover()` found at the start. */
  | { readonly kind: 'recovered'; readonly report: RecoveryReport }
  /** An attempt ended without a whole answer. */
  | { readonly kind: 'attempt'; readonly server: string; readonly evidence: string }
  /** What the reconcile hook has found. */
  | { readonly kind: 'reconciled'; readonly found: Reconciled }
  | { readonly kind: 'memory'; readonly residentBytes: number; readonly heapBytes: number }
  | { readonly kind: 'warning'; readonly text: string }

/** What the API can be asked, and what it answers. */
export interface Questions {
  readonly recover: RecoveryReport
  /** The keys of `unsettled()`. */
  readonly unsettled: readonly string[]
  /** Why a pick would take which server now. */
  readonly explain: PickExplanation
  /** What still keeps the process alive after everything was closed. */
  readonly close: readonly string[]
}

/** A question, and the answer with the same number. */
export interface Question {
  readonly id: number
  readonly what: keyof Questions
}
export interface Reply {
  readonly kind: 'reply'
  readonly id: number
  readonly value?: unknown
  readonly error?: string
}
