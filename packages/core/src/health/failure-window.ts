import { ownCells } from '../servers/cells.ts'
import type { Cells } from '../servers/cells.ts'

/*
 * Successes and failures of the last 30 s in ten buckets, exact to the bucket: each ends as a whole, nothing decays. The
 * buckets stand at multiples of their width, so that the windows of all servers of a pool can be added up. The newest
 * bucket stands apart, so that counting touches nothing else.
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

/* The newest bucket's number and what it holds; then the older ones' successes by place, and their failures. */
const newest = 0
const successesNow = 1
const failuresNow = 2
const successes = 3
const failures = successes + buckets
const cells = failures + buckets

/** Counts one request in the window that stands at `at`. A clock that went back counts in the newest bucket. */
export function countRequest(numbers: Float64Array, at: number, isSuccess: boolean, bucket: number): void {
  if (bucket > (numbers[at + newest] ?? 0)) moveTo(numbers, at, bucket)
  const cell = at + (isSuccess ? successesNow : failuresNow)
  numbers[cell] = (numbers[cell] ?? 0) + 1
}

/* Puts the newest bucket to the older ones, and empties those that time has passed over. */
function moveTo(numbers: Float64Array, at: number, bucket: number): void {
  const before = numbers[at + newest] ?? 0
  const passed = Math.min(bucket - before, buckets)
  if (before !== -Infinity) {
    numbers[at + successes + placeOf(before)] = numbers[at + successesNow] ?? 0
    numbers[at + failures + placeOf(before)] = numbers[at + failuresNow] ?? 0
  }
  for (let step = 0; step < passed; step += 1) {
    numbers[at + successes + placeOf(bucket - step)] = 0
    numbers[at + failures + placeOf(bucket - step)] = 0
  }
  numbers[at + newest] = bucket
  numbers[at + successesNow] = 0
  numbers[at + failuresNow] = 0
}

/** The successes and failures of the last `windowMs` milliseconds. */
export class FailureWindow {
  static readonly cells: number = cells
  readonly #bucketMs: number
  readonly #numbers: Float64Array
  readonly #at: number

  constructor(windowMs: number, { numbers, at }: Cells = emptyWindow(ownCells(cells))) {
    this.#bucketMs = windowMs / buckets
    this.#numbers = numbers
    this.#at = at
  }

  /** Counts one request. @returns the number of its bucket, for other windows of this width */
  count(isSuccess: boolean, nowMs: number): number {
    const bucket = this.#bucketAt(nowMs)
    countRequest(this.#numbers, this.#at, isSuccess, bucket)
    return bucket
  }

  /** What the window holds at `nowMs`. */
  at(nowMs: number): Counts {
    this.#moveTo(this.#bucketAt(nowMs))
    const succeeded = this.#sum(successesNow, successes)
    return { successes: succeeded, total: succeeded + this.#sum(failuresNow, failures) }
  }

  /** Takes out what another window of the same width holds, which was counted here too. */
  subtract(other: FailureWindow, nowMs: number): void {
    this.#moveTo(this.#bucketAt(nowMs))
    other.#moveTo(this.#get(newest))
    for (let cell = successesNow; cell < cells; cell += 1) this.#put(cell, this.#get(cell) - other.#get(cell))
  }

  /** As before the first request. */
  clear(): void {
    for (let cell = successesNow; cell < cells; cell += 1) this.#put(cell, 0)
  }

  #bucketAt(nowMs: number): number {
    return Math.floor(nowMs / this.#bucketMs)
  }

  #moveTo(bucket: number): void {
    if (bucket > this.#get(newest)) moveTo(this.#numbers, this.#at, bucket)
  }

  #sum(now: number, older: number): number {
    let sum = this.#get(now)
    for (let place = 0; place < buckets; place += 1) sum += this.#get(older + place)
    return sum
  }

  #get(cell: number): number {
    return this.#numbers[this.#at + cell] ?? 0
  }

  #put(cell: number, value: number): void {
    this.#numbers[this.#at + cell] = value
  }
}

/** Makes an empty window of these cells. */
export function emptyWindow(window: Cells): Cells {
  window.numbers.fill(0, window.at, window.at + cells)
  window.numbers[window.at + newest] = -Infinity
  return window
}
