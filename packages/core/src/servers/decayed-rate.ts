/*
 * A failure rate that forgets: failures and requests both lose half their weight every 10 s. One success is always
 * assumed beside what was seen, so that without traffic the rate falls to 0 and the server is tried again.
 */

const decayPerMs = -Math.LN2 / 10_000

/** The cells of a rate: failures, requests, then the time up to which both have decayed. All begin as 0. */
export const rateCells = 3

/** Takes in one request, in the rate that stands at `at`. */
export function observeRequest(numbers: Float64Array, at: number, failed: boolean, nowMs: number): void {
  const keep = keptUntil(numbers, at, nowMs)
  numbers[at] = (numbers[at] ?? 0) * keep + (failed ? 1 : 0)
  numbers[at + 1] = (numbers[at + 1] ?? 0) * keep + 1
  numbers[at + 2] = Math.max(numbers[at + 2] ?? 0, nowMs)
}

/** The share of recent requests that failed, 0 to 1. */
export function rateAt(numbers: Float64Array, at: number, nowMs: number): number {
  const failures = numbers[at] ?? 0
  if (failures === 0) return 0
  const keep = keptUntil(numbers, at, nowMs)
  return (failures * keep) / ((numbers[at + 1] ?? 0) * keep + 1)
}

function keptUntil(numbers: Float64Array, at: number, nowMs: number): number {
  return Math.exp(Math.max(0, nowMs - (numbers[at + 2] ?? 0)) * decayPerMs)
}
