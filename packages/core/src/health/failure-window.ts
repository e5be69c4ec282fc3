import { ownCells } from '../servers/cells.ts'
import type { Cells } from '../servers/cells.ts'

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

/* The newest bucket, all successes, all failures; then the successes, then the failures of each bucket. */
const head = 3
const cells = head + 2 * buckets

/** The successes and failures of the last `windowMs` milliseconds. */
export class FailureWindow {
  static readonly cells: number = cells
  readonly #bucketMs: number
  readonly #numbers: Float64Array
  readonly #at: number

  constructor(windowMs: number, { numbers, at }: Cells = ownCells(cells)) {
    this.#bucketMs = windowMs / buckets
    this.#numbers = numbers
    this.#at = at
    this.#put(0, -Infinity)
  }

  /** Counts one request. A clock that went back counts in the newest bucket. */
  count(isSuccess: boolean, nowMs: number): void {
    this.#moveTo(nowMs)
    const [numbers, sum] = [this.#numbers, this.#at + (isSuccess ? 1 : 2)]
    const bucket = this.#at + head + placeOf(this.#get(0)) + (isSuccess ? 0 : buckets)
    numbers[bucket] = (numbers[bucket] ?? 0) + 1
    numbers[sum] = (numbers[sum] ?? 0) + 1
  }

  /** What the window holds at `nowMs`. */
  at(nowMs: number): Counts {
    this.#moveTo(nowMs)
    const successes = this.#get(1)
    return { successes, total: successes + this.#get(2) }
  }

  /** Takes out what another window of the same width holds, which was counted here too. */
  subtract(other: FailureWindow, nowMs: number): void {
    this.#moveTo(nowMs)
    other.#moveToBucket(this.#get(0))
    for (let cell = 1; cell < cells; cell += 1) this.#put(cell, this.#get(cell) - other.#get(cell))
  }

  /** As before the first request. */
  clear(): void {
    for (let cell = 1; cell < cells; cell += 1) this.#put(cell, 0)
  }

  #moveTo(nowMs: number): void {
    this.#moveToBucket(Math.floor(nowMs / this.#bucketMs))
  }

  /* Empties the buckets that time has passed over. */
  #moveToBucket(current: number): void {
    const passed = Math.min(current - this.#get(0), buckets)
    if (passed <= 0) return
    for (let step = 0; step < passed; step += 1) this.#empty(placeOf(current - step))
    this.#put(0, current)
  }

  #empty(bucket: number): void {
    for (const kind of [0, 1]) {
      const cell = head + bucket + kind * buckets
      this.#put(1 + kind, this.#get(1 + kind) - this.#get(cell))
      this.#put(cell, 0)
    }
  }

  #get(cell: number): number {
    return this.#numbers[this.#at + cell] ?? 0
  }

  #put(cell: number, value: number): void {
    this.#numbers[this.#at + cell] = value
  }
}
