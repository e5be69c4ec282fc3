/*
 * A response time that reacts at once to bad news and slowly to good news: a slower sample replaces the average, a
 * faster one blends in with exp(-Δt/τ). Read later, the value has decayed towards 0, so that a server that was slow
 * once is tried again. Source: the peak-sensitive moving average of Finagle's P2C load balancer.
 */

const tauMs = 10_000

/** The cells of an average: its value in milliseconds, then the time of the last sample. */
export const averageCells = 2

/** As before the first sample, for the average that stands at `at`. */
export function forgetSamples(numbers: Float64Array, at: number): void {
  numbers[at] = Number.NaN
  numbers[at + 1] = -Infinity
}

/** Takes in one sample. A time before the last sample's counts as the same moment. */
export function observeSample(numbers: Float64Array, at: number, sampleMs: number, nowMs: number): void {
  const before = numbers[at] ?? Number.NaN
  const lastMs = numbers[at + 1] ?? -Infinity
  numbers[at + 1] = Math.max(nowMs, lastMs)
  const isSlower = !(sampleMs < before)
  const keep = isSlower ? 0 : Math.exp(-Math.max(0, nowMs - lastMs) / tauMs)
  numbers[at] = isSlower ? sampleMs : sampleMs + (before - sampleMs) * keep
}

/** The average at `nowMs` in milliseconds, or undefined before the first sample. */
export function averageAt(numbers: Float64Array, at: number, nowMs: number): number | undefined {
  const value = numbers[at] ?? Number.NaN
  if (Number.isNaN(value)) return undefined
  return value * Math.exp(-Math.max(0, nowMs - (numbers[at + 1] ?? 0)) / tauMs)
}
