/*
 * A failure rate that forgets: failures and requests both lose half their weight every 10 s. One success is always
 * assumed beside what was seen, so that without traffic the rate falls to 0 and the server is tried again.
 */

const halfLifeMs = 10_000

/** The share of recent requests that failed, 0 to 1. */
export class DecayedRate {
  #failures = 0
  #requests = 0
  #atMs = 0

  observe(failed: boolean, nowMs: number): void {
    const keep = this.#decayUntil(nowMs)
    this.#failures = this.#failures * keep + (failed ? 1 : 0)
    this.#requests = this.#requests * keep + 1
    this.#atMs = Math.max(this.#atMs, nowMs)
  }

  at(nowMs: number): number {
    const keep = this.#decayUntil(nowMs)
    return (this.#failures * keep) / (this.#requests * keep + 1)
  }

  #decayUntil(nowMs: number): number {
    return 0.5 ** (Math.max(0, nowMs - this.#atMs) / halfLifeMs)
  }
}
