/*
 * Retries are what turns a slow server into an outage: each layer multiplies the load just when there is least to
 * spare. So they may be only a share of the requests of the last ten seconds, with a small floor so that a quiet
 * service can still fail over. Source: the retry budget of Finagle.
 */

const buckets = 10
const bucketMs = 1_000

/** Counts requests and retries of the last 10 s. */
export class RetryBudget {
  readonly #ratio: number
  readonly #minPerSecond: number
  readonly #requests: number[] = Array.from({ length: buckets }, () => 0)
  readonly #retries: number[] = Array.from({ length: buckets }, () => 0)
  #newest = 0

  /**
   * @param ratio retries per request
   * @param minPerSecond retries that are allowed in any case
   */
  constructor(ratio: number, minPerSecond: number) {
    this.#ratio = ratio
    this.#minPerSecond = minPerSecond
  }

  /** Counts one request. */
  countRequest(nowMs: number): void {
    const index = this.#bucketAt(nowMs)
    this.#requests[index] = (this.#requests[index] ?? 0) + 1
  }

  /** Takes one retry out of the budget; false when there is none left. */
  reserve(nowMs: number): boolean {
    const index = this.#bucketAt(nowMs)
    if (sum(this.#retries) + 1 > this.#allowed()) return false
    this.#retries[index] = (this.#retries[index] ?? 0) + 1
    return true
  }

  /** Whether what was reserved still fits, read just before a retry is sent. */
  holds(nowMs: number): boolean {
    this.#bucketAt(nowMs)
    return sum(this.#retries) <= this.#allowed()
  }

  #allowed(): number {
    return sum(this.#requests) * this.#ratio + (this.#minPerSecond * buckets * bucketMs) / 1_000
  }

  /* Clears the buckets that time has passed over. A clock that went back counts in the newest bucket. */
  #bucketAt(nowMs: number): number {
    const current = Math.max(Math.floor(nowMs / bucketMs), this.#newest)
    const passed = Math.min(current - this.#newest, buckets)
    for (let step = 0; step < passed; step += 1) {
      const index = (current - step) % buckets
      this.#requests[index] = 0
      this.#retries[index] = 0
    }
    this.#newest = current
    return current % buckets
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
