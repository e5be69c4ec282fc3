import type { HealthCheckOptions } from '../health/health-check.ts'

/** One downstream payment server, as it was given or last updated. A new object is made for every update. */
export interface Server {
  readonly id: string
  /** The base URL as it was given, without a trailing slash. */
  readonly url: string
  /** Scheme, host and port, such as `https://pay.example:8443`. */
  readonly origin: string
  /** The path that every request's path is appended to: empty, or `/…` without a trailing slash. */
  readonly basePath: string
  readonly weight: number
  /** 0 is used first; the next one takes what this one cannot carry. */
  readonly priority: number
  /** Where the server stands; undefined where that was not said. */
  readonly zone: string | undefined
  readonly maxInFlight: number
  /** The ledger in which this server records idempotency keys; undefined where servers do not deduplicate at all. */
  readonly ledger: string | undefined
  /** Whether somebody said so. What is only assumed is never relied on for a second attempt. */
  readonly declaresLedger: boolean
  /** How the transport checks this server; false: not at all; undefined: as it checks every other one. */
  readonly healthCheck: Partial<HealthCheckOptions> | false | undefined
  /** Anything of the user's own; paylb never reads it. */
  readonly meta: unknown
}
