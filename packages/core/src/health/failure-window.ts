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

/* The newest bucket, its place among the buckets, all successes, all failures; then both bucket by bucket. */
const newest = 0
const place = 1
const successes = 2
const failures = 3
const head = 4
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
    this.#put(newest, -Infinity)
  }

  /** Counts one request. A clock that went back counts in the newest bucket. */
  count(isSuccess: boolean, nowMs: number): void {
    this.#moveTo(nowMs)
    const numbers = this.#numbers
    const sum = this.#at + (isSuccess ? successes : failures)
    const bucket = this.#at + head + this.#get(place) + (isSuccess ? 0 : buckets)
    numbers[bucket] = (numbers[bucket] ?? 0) + 1
    numbers[sum] = (numbers[sum] ?? 0) + 1
  }

  /** What the window holds at `nowMs`. */
  at(nowMs: number): Counts {
    this.#moveTo(nowMs)
    return { successes: this.#get(successes), total: this.#get(successes) + this.#get(failures) }
  }

  /** Takes out what another window of the same width holds, which was counted here too. */
  subtract(other: FailureWindow, nowMs: number): void {
    this.#moveTo(nowMs)
    other.#moveToBucket(this.#get(newest))
    for (let cell = successes; cell < cells; cell += 1) this.#put(cell, this.#get(cell) - other.#get(cell))
  }

  /** As before the first request. */
  clear(): void {
    for (let cell = successes; cell < cells; cell += 1) this.#put(cell, 0)
  }

  #moveTo(nowMs: number): void {
    const current = Math.floor(nowMs / this.#bucketMs)
    if (current > this.#get(newest)) this.#moveToBucket(current)
  }

  /* Empties the buckets that time has passed over. */
  #moveToBucket(current: number): void {
    const passed = Math.min(current - this.#get(newest), buckets)
    if (passed <= 0) return
    for (let step = 0; step < passed; step += 1) {
      this.#empty(successes, placeOf(current - step))
      this.#empty(failures, placeOf(current - step) + buckets)
    }
    this.#put(newest, current)
    this.#put(place, placeOf(current))
  }

  #empty(sum: number, bucket: number): void {
    this.#put(sum, this.#get(sum) - this.#get(head + bucket))
    this.#put(head + bucket, 0)
  }

  #get(cell: number): number {
    return this.#numbers[this.#at + cell] ?? 0
  }

  #put(cell: number, value: number): void {
    this.#numbers[this.#at + cell] = value
  }
}
