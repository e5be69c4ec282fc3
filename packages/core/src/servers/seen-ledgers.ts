import type { Server } from './server.ts'

/*
 * Whether not all servers recognise the same keys. A ledger that was seen once counts for ever: while all of its servers
 * are off the list in a deployment, keys must not be forgotten that have to find back to it.
 */

/** Remembers whether a pool ever had more than one ledger. */
export class SeenLedgers {
  #first: Server | undefined
  #hasSeveral = false

  see(server: Server): void {
    this.#first ??= server
    if (server.ledger !== this.#first.ledger) this.#hasSeveral = true
  }

  /** Those that do not deduplicate count as one ledger. */
  get hasSeveral(): boolean {
    return this.#hasSeveral
  }

  /** Whether no server ever had another ledger than this one. */
  areAll(ledger: string | undefined): boolean {
    return this.#first !== undefined && !this.#hasSeveral && this.#first.ledger === ledger
  }
}
