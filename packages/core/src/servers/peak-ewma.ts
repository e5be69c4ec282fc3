import { ownCells } from './cells.ts'
import type { Cells } from './cells.ts'

/*
 * A response time that reacts at once to bad news and slowly to good news: a slower sample replaces the average, a
 * faster one blends in with exp(-Δt/τ). Read later, the value has decayed towards 0, so that a server that was slow
 * once is tried again. Source: the peak-sensitive moving average of Finagle's P2C load balancer.
 */

const tauMs = 10_000

/* The value, then the time of the last sample. */
const cells = 2

/** Takes in one sample, of the average that stands at `at`. */
export function observeSample(numbers: Float64Array, at: number, sampleMs: number, nowMs: number): void {
  const before = numbers[at] ?? Number.NaN
  const lastMs = numbers[at + 1] ?? -Infinity
  numbers[at + 1] = Math.max(nowMs, lastMs)
  const isSlower = !(sampleMs < before)
  const keep = isSlower ? 0 : Math.exp(-Math.max(0, nowMs - lastMs) / tauMs)
  numbers[at] = isSlower ? sampleMs : sampleMs + (before - sampleMs) * keep
}

/** A peak-sensitive, time-decayed average of response times in milliseconds. */
export class PeakEwma {
  static readonly cells: number = cells
  readonly #numbers: Float64Array
  readonly #value: number
  readonly #time: number

  constructor({ numbers, at }: Cells = ownCells(cells)) {
    this.#numbers = numbers
    this.#value = at
    this.#time = at + 1
    this.forget()
  }

  /** As before the first sample. */
  forget(): void {
    this.#numbers[this.#value] = Number.NaN
    this.#numbers[this.#time] = -Infinity
  }

  /** Takes in one sample. A time before the last sample's counts as the same moment. */
  observe(sampleMs: number, nowMs: number): void {
    observeSample(this.#numbers, this.#value, sampleMs, nowMs)
  }

  /** The value at `nowMs`, or undefined before the first sample. */
  at(nowMs: number): number | undefined {
    const value = this.#numbers[this.#value] ?? Number.NaN
    if (Number.isNaN(value)) return undefined
    return value * Math.exp(-Math.max(0, nowMs - (this.#numbers[this.#time] ?? 0)) / tauMs)
  }
}
