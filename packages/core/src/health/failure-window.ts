/*
 * Successes and failures of the last 30 s in ten buckets, exact to the bucket: each ends as a whole, nothing decays. The
 * buckets stand at multiples of their width, so that the windows of all servers of a pool can be added up.
 */

const buckets = 10

/** Successes and requests of a span of time. */
export interface Counts {
  readonly successes: number
  readonly total: number
}

/* Buckets are counted from the clock's zero, which may lie ahead. */
function placeOf(bucket: number): number {
  return ((bucket % buckets) + buckets) % buckets
}

/** The successes and failures of the last `windowMs` milliseconds. */
export class FailureWindow {
  readonly #bucketMs: number
  /* Successes, then failures, bucket by bucket. */
  readonly #counts: number[] = Array.from({ length: 2 * buckets }, () => 0)
  #newest = -Infinity
  #successes = 0
  #failures = 0

  constructor(windowMs: number) {
    this.#bucketMs = windowMs / buckets
  }

  /** Counts one request. A clock that went back counts in the newest bucket. */
  count(isSuccess: boolean, nowMs: number): void {
    this.#moveTo(nowMs)
    const index = placeOf(this.#newest) + (isSuccess ? 0 : buckets)
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
    if (isSuccess) this.#successes += 1
    else this.#failures += 1
  }

  /** What the window holds at `nowMs`. */
  at(nowMs: number): Counts {
    this.#moveTo(nowMs)
    return { successes: this.#successes, total: this.#successes + this.#failures }
  }

  /** Takes out what another window of the same width holds, which was counted here too. */
  subtract(other: FailureWindow, nowMs: number): void {
    this.#moveTo(nowMs)
    other.#moveToBucket(this.#newest)
    for (let index = 0; index < 2 * buckets; index += 1) {
      this.#counts[index] = (this.#counts[index] ?? 0) - (other.#counts[index] ?? 0)
    }
    this.#successes -= other.#successes
    this.#failures -= other.#failures
  }

  #moveTo(nowMs: number): void {
    this.#moveToBucket(Math.floor(nowMs / this.#bucketMs))
  }

  /* Empties the buckets that time has passed over. */
  #moveToBucket(current: number): void {
    const passed = Math.min(current - this.#newest, buckets)
    if (passed <= 0) return
    for (let step = 0; step < passed; step += 1) this.#empty(placeOf(current - step))
    this.#newest = current
  }

  #empty(bucket: number): void {
    this.#successes -= this.#counts[bucket] ?? 0
    this.#failures -= this.#counts[bucket + buckets] ?? 0
    this.#counts[bucket] = 0
    this.#counts[bucket + buckets] = 0
  }
}
