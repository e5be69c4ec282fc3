import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'

/** What is counted over the whole journal, in one row. */
export interface Counters {
  /** Transactions that wrote anything. */
  readonly commits: number
  /** Rows of `payments`. */
  readonly records: number
  /** The highest epoch that was given out. */
  readonly last_epoch: number
}

/** The one row of `counters`. */
export class CounterStore {
  readonly #read: StatementSync
  readonly #write: StatementSync

  constructor(database: DatabaseSync) {
    this.#read = database.prepare('SELECT commits, records, last_epoch, checksum FROM counters')
    this.#write = database.prepare('UPDATE counters SET commits = ?, records = ?, last_epoch = ?, checksum = ?')
  }

  /** Undefined when the row is missing or not what was written. */
  read(): Counters | undefined {
    const row = this.#read.get() as (Counters & { readonly checksum: number }) | undefined
    return row !== undefined && row.checksum === counterChecksum(row) ? row : undefined
  }

  write(counters: Counters): void {
    const { commits, records, last_epoch: epoch } = counters
    this.#write.run(commits, records, epoch, counterChecksum(counters))
  }
}

/** The checksum of the row. */
export function counterChecksum({ commits, records, last_epoch: epoch }: Counters): number {
  return crc32(`${commits}|${records}|${epoch}`)
}
