import type { Server } from './server.ts'

/** How many servers each ledger of a pool has. */
export class LedgerCount {
  readonly #servers = new Map<string | undefined, number>()

  /** Counts a server in, or out with -1. */
  count({ ledger }: Server, by: 1 | -1): void {
    const servers = (this.#servers.get(ledger) ?? 0) + by
    if (servers > 0) this.#servers.set(ledger, servers)
    else this.#servers.delete(ledger)
  }

  /** Whether not all servers recognise the same keys. Those that do not deduplicate count as one ledger. */
  get hasSeveral(): boolean {
    return this.#servers.size > 1
  }
}
