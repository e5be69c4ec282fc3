/** What one attempt may take, in milliseconds. */
export interface Limits {
  readonly connectMs: number
  readonly headMs: number
  readonly totalMs: number
}

/**
 * The running deadlines of one attempt. One timer serves all: where there is more time meanwhile, it fires early, sees that,
 * and is set again.
 */
export class Deadlines {
  readonly #limits: Limits
  readonly #onExpired: (what: string) => void
  readonly #startedAt = performance.now()
  #isConnected = false
  #hasHead = false
  #timer: NodeJS.Timeout

  /** Starts them. @param onExpired hears of the first that passes */
  constructor(limits: Limits, onExpired: (what: string) => void) {
    this.#limits = limits
    this.#onExpired = onExpired
    this.#timer = this.#in(this.#limitMs())
  }

  /** The socket is connected. */
  connected(): void {
    this.#isConnected = true
  }

  /** The answer's head is here. */
  head(): void {
    this.#isConnected = true
    this.#hasHead = true
  }

  /** The attempt is over. */
  stop(): void {
    clearTimeout(this.#timer)
  }

  #limitMs(): number {
    const { connectMs, headMs, totalMs } = this.#limits
    return Math.min(totalMs, this.#hasHead ? Infinity : headMs, this.#isConnected ? Infinity : connectMs)
  }

  #in(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#fire(), Math.ceil(ms))
  }

  #fire(): void {
    const leftMs = this.#startedAt + this.#limitMs() - performance.now()
    if (leftMs > 0) this.#timer = this.#in(leftMs)
    else this.#onExpired(this.#expired())
  }

  #expired(): string {
    const { connectMs, headMs, totalMs } = this.#limits
    const limitMs = this.#limitMs()
    if (!this.#isConnected && limitMs === connectMs) return `no connection within ${Math.round(connectMs)} ms`
    if (!this.#hasHead && limitMs === headMs) return `no answer within ${Math.round(headMs)} ms`
    return `no complete answer within ${Math.round(totalMs)} ms`
  }
}
