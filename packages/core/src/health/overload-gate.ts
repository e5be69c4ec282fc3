/*
 * A server that answers 503 is left alone for as long as it asks for. It is not ejected: it is there, and says itself
 * when it wants to be asked again.
 */

const longestMs = 300_000
const firstMs = 1_000
const doublesUpToMs = 30_000

/** Whether one server wants to be left alone at the moment. */
export class OverloadGate {
  #opensAtMs = -Infinity
  #closedAtMs = -Infinity
  #lastMs = 0

  /** Milliseconds until the server may be picked again; 0 when it may be now. */
  remainingMsAt(nowMs: number): number {
    return this.#opensAtMs <= nowMs ? 0 : this.#opensAtMs - nowMs
  }

  /**
   * Closes the gate: for `retryAfterMs`, or where the server named no time for 1 s, doubling while it repeats itself.
   * Many answers to requests that were sent before the gate closed say the same thing once.
   */
  close(retryAfterMs: number | undefined, sentAtMs: number, nowMs: number): void {
    const isNews = sentAtMs > this.#closedAtMs
    const askedMs = retryAfterMs !== undefined && retryAfterMs >= 0 ? Math.min(retryAfterMs, longestMs) : undefined
    if (askedMs === undefined && !isNews) return
    if (askedMs === undefined) this.#lastMs = Math.min(Math.max(firstMs, 2 * this.#lastMs), doublesUpToMs)
    this.#opensAtMs = Math.max(this.#opensAtMs, nowMs + (askedMs ?? this.#lastMs))
    if (isNews) this.#closedAtMs = nowMs
  }

  /** A good answer: the next time starts at 1 s again. */
  succeeded(): void {
    this.#lastMs = 0
  }
}
