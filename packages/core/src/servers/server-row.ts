import { countRequest, emptyWindow, FailureWindow } from '../health/failure-window.ts'
import { outcomeKinds } from '../outcome/outcome.ts'
import type { OutcomeKind } from '../outcome/outcome.ts'
import type { Cells } from './cells.ts'
import { averageAt, averageCells, forgetSamples, observeSample } from './peak-ewma.ts'
import { observeRequest, rateAt, rateCells } from './decayed-rate.ts'

/*
 * What is learned of one server: a row of numbers. What a pick reads and a good answer changes stands side by side, from
 * the count of successes, the last of the outcomes, to the newest bucket of the window.
 */

const outcomesAt = 0
const weightAt = outcomesAt + outcomeKinds.length
const responseTimeAt = weightAt + 1
const failureRateAt = responseTimeAt + averageCells
const windowAt = failureRateAt + rateCells
const slowStartAt = windowAt + FailureWindow.cells

/** How many numbers change for one server. */
export const cellsPerServer: number = slowStartAt + 1

const outcomeCells: ReadonlyMap<OutcomeKind, number> = new Map(
  outcomeKinds.map((kind, index) => [kind, outcomesAt + index]),
)

/** Makes the row as it is before the first request. */
export function emptyRow({ numbers, at }: Cells): void {
  numbers.fill(0, at, at + cellsPerServer)
  forgetSamples(numbers, at + responseTimeAt)
  emptyWindow({ numbers, at: at + windowAt })
}

/** The weight that strategies see: the configured one with slow start applied. */
export function readWeight({ numbers, at }: Cells): number {
  return numbers[at + weightAt] ?? 1
}

/** The share of the weight that slow start leaves. */
export function readSlowStart({ numbers, at }: Cells): number {
  return numbers[at + slowStartAt] ?? 1
}

/** Sets the weight to this share of `weight`. */
export function writeWeight({ numbers, at }: Cells, weight: number, slowStart: number): void {
  numbers[at + slowStartAt] = slowStart
  numbers[at + weightAt] = weight * slowStart
}

/** Counts an outcome. */
export function countOutcome({ numbers, at }: Cells, kind: OutcomeKind): void {
  const cell = at + (outcomeCells.get(kind) ?? 0)
  numbers[cell] = (numbers[cell] ?? 0) + 1
}

/** How often each outcome came that came at all. */
export function readOutcomes({ numbers, at }: Cells): Partial<Record<OutcomeKind, number>> {
  const counted: Partial<Record<OutcomeKind, number>> = {}
  for (const [kind, cell] of outcomeCells) {
    const count = numbers[at + cell] ?? 0
    if (count > 0) counted[kind] = count
  }
  return counted
}

/** Takes in how long an answer took, or what it counts as. */
export function observeResponseTime({ numbers, at }: Cells, responseMs: number, nowMs: number): void {
  observeSample(numbers, at + responseTimeAt, responseMs, nowMs)
}

/** The decayed response time in milliseconds, or undefined before the first sample. */
export function readResponseTime({ numbers, at }: Cells, nowMs: number): number | undefined {
  return averageAt(numbers, at + responseTimeAt, nowMs)
}

/** As before the first response time. */
export function forgetResponseTime({ numbers, at }: Cells): void {
  forgetSamples(numbers, at + responseTimeAt)
}

/** Takes in whether a request failed. */
export function observeFailure({ numbers, at }: Cells, failed: boolean, nowMs: number): void {
  observeRequest(numbers, at + failureRateAt, failed, nowMs)
}

/** The decayed share of requests that failed, 0 to 1. */
export function readFailureRate({ numbers, at }: Cells, nowMs: number): number {
  return rateAt(numbers, at + failureRateAt, nowMs)
}

/** Counts a request in the window. @param bucket its number, as the pool's window counts */
export function countInWindow({ numbers, at }: Cells, isSuccess: boolean, bucket: number): void {
  countRequest(numbers, at + windowAt, isSuccess, bucket)
}

/** The window, for those who compare it with others. */
export function windowOf({ numbers, at }: Cells, windowMs: number): FailureWindow {
  return new FailureWindow(windowMs, { numbers, at: at + windowAt })
}
