/* What a run counts. Latencies are of payments that were answered: an error that comes fast is no fast payment. */

/** How a payment can end without the answer it asked for. */
export type PaymentError = 'failed' | 'timed-out' | 'no-server'

/** Latencies in milliseconds, from arrival to answer, of the payments that were answered. */
export interface Latencies {
  readonly mean: number
  readonly p50: number
  readonly p99: number
  readonly p999: number
}

/** Counts the payments of a run. */
export class Tally {
  readonly errors: Record<PaymentError, number> = { failed: 0, 'timed-out': 0, 'no-server': 0 }
  /** Payments that have ended, also those that are not counted. */
  ended = 0
  payments = 0
  readonly #latenciesMs: Float64Array
  #answered = 0
  #attempts = 0
  readonly #attemptsById = new Map<string, number>()

  constructor(requests: number) {
    this.#latenciesMs = new Float64Array(requests)
  }

  /** Counts that a payment was sent to a server. */
  attempt(id: string): void {
    this.#attempts += 1
    this.#attemptsById.set(id, (this.#attemptsById.get(id) ?? 0) + 1)
  }

  /** Counts the end of a payment: how long it took to its answer, or why there is none. */
  end(isCounted: boolean, ending: number | PaymentError): void {
    this.ended += 1
    if (!isCounted) return
    this.payments += 1
    if (typeof ending === 'string') {
      this.errors[ending] += 1
    } else {
      this.#latenciesMs[this.#answered] = ending
      this.#answered += 1
    }
  }

  /** The share of all attempts that went to a server. */
  shareOf(id: string): number {
    return this.#attempts === 0 ? 0 : (this.#attemptsById.get(id) ?? 0) / this.#attempts
  }

  get errorShare(): number {
    return this.payments === 0 ? 0 : 1 - this.#answered / this.payments
  }

  /** Not a number where nothing was answered. */
  latencies(): Latencies {
    const sorted = this.#latenciesMs.subarray(0, this.#answered).toSorted()
    const quantile = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
    const mean = sorted.reduce((sum, latencyMs) => sum + latencyMs, 0) / sorted.length
    return { mean, p50: quantile(0.5), p99: quantile(0.99), p999: quantile(0.999) }
  }
}
