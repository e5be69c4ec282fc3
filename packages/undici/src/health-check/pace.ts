import type { HealthCheckOptions, Random } from '@paylb/core'

/*
 * When the next check is due. First checks are spread over one interval, so that a hundred servers are not checked at
 * once. A server that answers, of a pool that nobody uses, is checked less and less often, down to a quarter; when it is
 * used again, the spread begins anew, since the slow checks may all be far away.
 */

const slowestFactor = 4

/** How often one server is checked. */
export class Pace {
  readonly #options: Pick<HealthCheckOptions, 'intervalMs' | 'jitter'>
  readonly #random: Random
  #factor = 1

  constructor(options: Pick<HealthCheckOptions, 'intervalMs' | 'jitter'>, random: Random) {
    this.#options = options
    this.#random = random
  }

  get isSlow(): boolean {
    return this.#factor > 1
  }

  /** Milliseconds to the first check, also to the first one after a slow time. */
  firstMs(): number {
    this.#factor = 1
    return this.#random() * this.#options.intervalMs
  }

  /** Milliseconds from the end of one check to the start of the next. @param canWait nobody needs to know */
  nextMs(canWait: boolean): number {
    this.#factor = canWait ? Math.min(2 * this.#factor, slowestFactor) : 1
    const { intervalMs, jitter } = this.#options
    return intervalMs * this.#factor * (1 + jitter * (2 * this.#random() - 1))
  }
}
