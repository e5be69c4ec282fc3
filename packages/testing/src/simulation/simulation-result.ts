import type { Latencies, PaymentError } from './tally.ts'

/** What one server did in a run. */
export interface ServerResult {
  readonly id: string
  /** The id under which it was described. */
  readonly kind: string
  /** Its share of all attempts. */
  readonly share: number
  /** The share of its workers' time, since it joined, that was spent on payments. */
  readonly utilisation: number
}

/** What came out of a run. */
export interface SimulationResult {
  readonly strategy: string
  readonly load: number
  /** Payments that were counted. */
  readonly payments: number
  readonly latencyMs: Latencies
  readonly errorShare: number
  readonly errors: Readonly<Record<PaymentError, number>>
  readonly servers: readonly ServerResult[]
  /** How long the run lasted, in simulated time. */
  readonly durationMs: number
}
