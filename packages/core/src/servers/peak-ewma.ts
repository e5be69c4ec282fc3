/*
 * A response time that reacts at once to bad news and slowly to good news: a slower sample replaces the average, a
 * faster one blends in with exp(-Δt/τ). Read later, the value has decayed towards 0, so that a server that was slow
 * once is tried again. Source: the peak-sensitive moving average of Finagle's P2C load balancer.
 */

const tauMs = 10_000

/** A peak-sensitive, time-decayed average of response times in milliseconds. */
export class PeakEwma {
  #valueMs: number | undefined
  #atMs = 0

  /** Takes in one sample. A time before the last sample's counts as the same moment. */
  observe(sampleMs: number, nowMs: number): void {
    const before = this.#valueMs
    const elapsedMs = Math.max(0, nowMs - this.#atMs)
    this.#atMs = before === undefined ? nowMs : Math.max(nowMs, this.#atMs)
    const keepsPeak = before === undefined || sampleMs >= before
    this.#valueMs = keepsPeak ? sampleMs : sampleMs + (before - sampleMs) * Math.exp(-elapsedMs / tauMs)
  }

  /** The value at `nowMs`, or undefined before the first sample. */
  at(nowMs: number): number | undefined {
    if (this.#valueMs === undefined) return undefined
    return this.#valueMs * Math.exp(-Math.max(0, nowMs - this.#atMs) / tauMs)
  }
}
