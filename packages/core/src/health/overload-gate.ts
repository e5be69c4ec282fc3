/*
 * A server that answers 503 is left alone for as long as it asks for. It is not ejected: it is there, and says itself
 * when it wants to be asked again.
 */

const longestMs = 300_000
const firstMs = 1_000
const doublesUpToMs = 30_000

/** Whether one server wants to be left alone at the moment. */
export class OverloadGate {
  /** From then on the server may be picked again. */
  opensAtMs: number = 0
  #closedAtMs = -Infinity
  #lastMs = 0

  /**
   * Closes the gate: for `retryAfterMs`, or where the server named no time for 1 s, doubling while it repeats itself.
   * Many answers to requests that were sent before the gate closed say the same thing once.
   */
  close(retryAfterMs: number | undefined, sentAtMs: number, nowMs: number): void {
    const isNews = sentAtMs >= this.#closedAtMs
    if (retryAfterMs !== undefined && retryAfterMs >= 0) {
      this.opensAtMs = Math.max(this.opensAtMs, nowMs + Math.min(retryAfterMs, longestMs))
    } else if (isNews) {
      this.#lastMs = Math.min(Math.max(firstMs, 2 * this.#lastMs), doublesUpToMs)
      this.opensAtMs = Math.max(this.opensAtMs, nowMs + this.#lastMs)
    }
    if (isNews) this.#closedAtMs = nowMs
  }

  /** A good answer: the next time starts at 1 s again. */
  succeeded(): void {
    this.#lastMs = 0
  }
}
