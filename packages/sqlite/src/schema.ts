/*
 * The tables. `payments` is keyed by the payment's key alone, so that a payment touches one page. What is looked for
 * otherwise has a partial index, which holds only what is unsettled, or only pins: both stay small and warm.
 * Each row that must not be lost carries a checksum, because SQLite finds broken pages but not broken values.
 */

/** Marks the file as a journal (`payl`). */
export const applicationId = 0x7061796c

/** Raised with each change of the tables. */
export const schemaVersion = 1

/** Every statement that makes the tables; an existing file must say the same, to the letter. */
export const schema: readonly string[] = [
  `CREATE TABLE identity (journal_id BLOB NOT NULL, secret BLOB, secret_check BLOB NOT NULL, checksum INTEGER NOT NULL)`,
  `CREATE TABLE counters (commits INTEGER NOT NULL, records INTEGER NOT NULL, last_epoch INTEGER NOT NULL, checksum INTEGER NOT NULL)`,
  `CREATE TABLE owners (id TEXT PRIMARY KEY, beats INTEGER NOT NULL, heartbeat_ms REAL NOT NULL, process TEXT NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE payments (key TEXT PRIMARY KEY, state INTEGER NOT NULL, owner TEXT NOT NULL, epoch INTEGER NOT NULL, first_dispatched_at REAL NOT NULL, updated_at REAL NOT NULL, details TEXT NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID`,
  `CREATE INDEX unsettled ON payments (key) WHERE state < 2`,
  `CREATE INDEX pins ON payments (first_dispatched_at) WHERE state = 2`,
]
