import type { Balancer } from '@paylb/core'

/*
 * Whether a pool is used. Nobody listens to picks but until the first one after a check, so that picks stay as cheap as
 * they are without checks.
 */

/** Notices the first pick after each mark. */
export class PoolActivity {
  readonly #balancer: Balancer
  readonly #onUse: () => void
  #uses = 0
  #stopListening: (() => void) | undefined

  /** @param onUse called at the first pick after a mark */
  constructor(balancer: Balancer, onUse: () => void) {
    this.#balancer = balancer
    this.#onUse = onUse
  }

  /** Begins to listen. @returns what `isIdleSince` takes */
  mark(): number {
    this.#stopListening ??= this.#balancer.observe({ onPick: () => this.#used() })
    return this.#uses
  }

  /** Whether nothing was picked since the mark. */
  isIdleSince(mark: number): boolean {
    return mark === this.#uses
  }

  close(): void {
    this.#stopListening?.()
    this.#stopListening = undefined
  }

  #used(): void {
    this.close()
    this.#uses += 1
    this.#onUse()
  }
}
