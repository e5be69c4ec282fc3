import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { JournalError } from '@paylb/core'
import type { Acknowledged } from './acknowledged.ts'
import { ClaimedRecords } from './claimed-records.ts'
import { CounterStore } from './counters.ts'
import type { Counters } from './counters.ts'
import { JournalFileError } from './journal-file-error.ts'
import { isDurable } from './operation.ts'
import type { Operation } from './operation.ts'
import type { Settings } from './options.ts'
import { Owners } from './owners.ts'
import { RecordStore } from './record-store.ts'
import { journalErrorOf } from './sqlite-errors.ts'
import { Transaction } from './transaction.ts'
import type { Tables } from './transaction.ts'

/*
 * Many operations, one transaction, one wait for the disk. With nothing in it that must be durable the wait is left
 * out: in WAL mode that can lose the last transactions with the machine's power, never reorder or tear them.
 */

/** What became of one operation. */
export type Result = { readonly value: unknown } | { readonly error: JournalError }

/** The journal's file, open. */
export class JournalDatabase {
  readonly #database: DatabaseSync
  readonly #settings: Settings
  readonly #acknowledged: Acknowledged
  readonly #tables: Tables
  readonly #counters: CounterStore
  readonly #inode: number | undefined
  #waitsForDisk: boolean | undefined

  constructor(database: DatabaseSync, settings: Settings, acknowledged: Acknowledged) {
    this.#database = database
    this.#settings = settings
    this.#acknowledged = acknowledged
    this.#inode = inodeOf(settings.file)
    this.#tables = {
      records: new RecordStore(database, settings.file),
      claims: new ClaimedRecords(),
      owners: new Owners(database, settings.heartbeatMs),
    }
    this.#counters = new CounterStore(database)
  }

  /**
   * Carries out operations in their order, in one transaction.
   *
   * @returns a result for each, in the same order
   * @throws what SQLite threw when none of them was carried out
   */
  commit(operations: readonly Operation[]): readonly Result[] {
    const waits = operations.some(isDurable)
    this.#setDurability(waits)
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const counters = this.#readCounters()
      const transaction = new Transaction(this.#settings, this.#tables, counters)
      const results = this.#run(operations, transaction)
      if (transaction.hasWritten) {
        this.#counters.write({ commits: counters.commits + 1, ...transaction.counts })
      }
      this.#database.exec('COMMIT')
      this.#tables.claims.commit()
      if (transaction.hasWritten && waits) this.#acknowledged.write(counters.commits + 1)
      return results
    } catch (error) {
      this.#tables.claims.rollback()
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  /** False when the file was moved, deleted or replaced: then what is written to it will not be found again. */
  isInPlace(): boolean {
    return inodeOf(this.#settings.file) === this.#inode
  }

  close(): void {
    this.#acknowledged.close()
    this.#database.close()
  }

  #run(operations: readonly Operation[], transaction: Transaction): readonly Result[] {
    transaction.hasWritten = this.#tables.owners.enter()
    transaction.prune(2 * operations.length + 1)
    return operations.map((operation) => {
      try {
        return { value: transaction.run(operation) }
      } catch (error) {
        const known = journalErrorOf(error, this.#settings.file)
        if (known instanceof JournalFileError || !this.#database.isTransaction) throw error
        return { error: known }
      }
    })
  }

  #readCounters(): Counters {
    const counters = this.#counters.read()
    if (counters === undefined) throw new JournalFileError(this.#settings.file, 'is damaged: its counters are wrong')
    return counters
  }

  #setDurability(waits: boolean): void {
    if (waits === this.#waitsForDisk) return
    this.#database.exec(`PRAGMA synchronous = ${waits ? 'FULL' : 'NORMAL'}`)
    this.#waitsForDisk = waits
  }
}

function inodeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino
}
