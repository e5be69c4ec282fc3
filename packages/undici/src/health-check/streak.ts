import type { HealthCheckOptions } from '@paylb/core'

/*
 * One check proves little, so they count in a row. Passes from before an ejection say nothing about after it: a server
 * that answers its checks while it fails payments must not come back on the strength of old ones.
 */

/** The checks of one server, in a row. */
export class Streak {
  readonly #options: Pick<HealthCheckOptions, 'healthyAfter' | 'unhealthyAfter'>
  #passes = 0
  #failures = 0

  constructor(options: Pick<HealthCheckOptions, 'healthyAfter' | 'unhealthyAfter'>) {
    this.#options = options
  }

  /** Whether so many checks in a row have passed that the server counts as answering. */
  get isProven(): boolean {
    return this.#passes >= this.#options.healthyAfter
  }

  /** Counts a check. @returns whether the server answers, or undefined while that is not settled */
  add(passed: boolean): boolean | undefined {
    this.#passes = passed ? this.#passes + 1 : 0
    this.#failures = passed ? 0 : this.#failures + 1
    if (this.isProven) return true
    return this.#failures >= this.#options.unhealthyAfter ? false : undefined
  }

  /** The server was ejected: its passes are counted anew. */
  forgetPasses(): void {
    this.#passes = 0
  }
}
