import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { PaymentRecord } from '@paylb/core'
import { JournalFileError } from './journal-file-error.ts'
import { keyToText, recordOf, rowOf } from './record-row.ts'
import type { RecordRow } from './record-row.ts'

/** The rows of `payments`, as records. Every row that is read is checked. */
export class RecordStore {
  readonly #file: string
  readonly #find: StatementSync
  readonly #insert: StatementSync
  readonly #update: StatementSync
  readonly #delete: StatementSync
  readonly #unsettled: StatementSync
  readonly #prune: StatementSync

  constructor(database: DatabaseSync, file: string) {
    this.#file = file
    this.#find = database.prepare('SELECT * FROM payments WHERE key = ?')
    this.#insert = database.prepare('INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
    this.#update = database.prepare(
      'UPDATE payments SET state = ?2, owner = ?3, epoch = ?4, first_dispatched_at = ?5, updated_at = ?6, ' +
        'details = ?7, checksum = ?8 WHERE key = ?1 AND epoch = ?9',
    )
    this.#delete = database.prepare('DELETE FROM payments WHERE key = ? AND epoch = ?')
    this.#unsettled = database.prepare('SELECT * FROM payments WHERE state < 2 AND key > ? ORDER BY key LIMIT ?')
    this.#prune = database.prepare(
      'DELETE FROM payments WHERE key IN (SELECT key FROM payments WHERE state = 2 AND first_dispatched_at <= ? LIMIT ?)',
    )
  }

  find(key: string): PaymentRecord | undefined {
    const row = this.#find.get(keyToText(key)) as RecordRow | undefined
    return row && this.#read(row)
  }

  /** Writes a new record. False when its key is there already. */
  insert(record: PaymentRecord): boolean {
    return this.#insert.run(...valuesOf(record)).changes === 1
  }

  /** Writes a record over one with this epoch. False when that one is not there any more. */
  update(record: PaymentRecord, epoch: number): boolean {
    return this.#update.run(...valuesOf(record), epoch).changes === 1
  }

  /** Deletes a record with this epoch. False when it is not there any more. */
  delete(key: string, epoch: number): boolean {
    return this.#delete.run(keyToText(key), epoch).changes === 1
  }

  /** The next records that are in flight or open, in the order of their keys. */
  unsettledAfter(key: string, limit: number): readonly PaymentRecord[] {
    const rows = this.#unsettled.all(keyToText(key), limit) as unknown as readonly RecordRow[]
    return rows.map((row) => this.#read(row))
  }

  /** Forgets pins that were first dispatched then or before. Returns how many. */
  prune(dispatchedUntil: number, limit: number): number {
    return Number(this.#prune.run(dispatchedUntil, limit).changes)
  }

  #read(row: RecordRow): PaymentRecord {
    const record = recordOf(row)
    if (record === undefined) throw new JournalFileError(this.#file, 'is damaged: a payment in it fails its checksum')
    return record
  }
}

function valuesOf(record: PaymentRecord): [string, number, string, number, number, number, string, number] {
  const row = rowOf(record)
  const { key, state, owner, epoch, first_dispatched_at: first, updated_at: updated, details, checksum } = row
  return [key, state, owner, epoch, first, updated, details, checksum]
}
