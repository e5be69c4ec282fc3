import { DatabaseSync } from 'node:sqlite'

/*
 * A ledger is one SQLite file in WAL mode. Several server processes may have the same file open (a shared ledger), and
 * the checker reads it while they write.
 *
 * `synchronous = NORMAL` is enough here: a commit in WAL mode is a write into the page cache, which belongs to the
 * kernel, so it outlives a SIGKILL of the process. Only a crash of the machine could lose it.
 */

/* 'payl' in ASCII: tells a ledger from any other SQLite file. */
const applicationId = 0x7061_796c
const schemaVersion = 1
const sqliteBusy = 5
const retryMs = 10

const schema = `
  CREATE TABLE executions (
    sequence INTEGER PRIMARY KEY,
    payment_id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    key TEXT,
    reference TEXT,
    server_id TEXT NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    charge TEXT,
    body_hash TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX refunds_by_charge ON executions (charge) WHERE charge IS NOT NULL;
  CREATE TABLE declines (
    sequence INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    key TEXT,
    reference TEXT,
    server_id TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE idempotency_keys (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    owner TEXT NOT NULL,
    owner_pid INTEGER NOT NULL,
    status INTEGER,
    body TEXT
  ) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`

/**
 * Opens a ledger for writing and makes it where the file is new. Any number of processes may do so at once.
 *
 * @throws Error that names the file when it cannot be opened or holds something else
 */
export function openLedgerFile(file: string, busyTimeoutMs: number): DatabaseSync {
  const database = openDatabase(file, { timeout: busyTimeoutMs })
  try {
    /* SQLite answers "busy" at once, without its timeout, while another process changes the journal mode. */
    retryWhileBusy(busyTimeoutMs, () => prepareFile(database, file))
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Opens a ledger that others may be writing, without ever changing it.
 *
 * @throws Error that names the file when it is missing or holds something else
 */
export function openLedgerFileForReading(file: string): DatabaseSync {
  const database = openDatabase(file, { readOnly: true, timeout: 5_000 })
  try {
    if (contentsOf(database, file) !== 'ledger') throw foreignFile(file)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function openDatabase(file: string, options: { timeout: number; readOnly?: boolean }): DatabaseSync {
  try {
    return new DatabaseSync(file, options)
  } catch (cause) {
    throw new Error(`The ledger ${file} cannot be opened: ${(cause as Error).message}`, { cause })
  }
}

function prepareFile(database: DatabaseSync, file: string): void {
  if (contentsOf(database, file) !== 'ledger') createTables(database, file)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
}

function createTables(database: DatabaseSync, file: string): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    const contents = contentsOf(database, file)
    if (contents === 'foreign') throw foreignFile(file)
    if (contents === 'nothing') database.exec(schema)
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

function contentsOf(database: DatabaseSync, file: string): 'ledger' | 'nothing' | 'foreign' {
  try {
    const { application_id: id } = database.prepare('PRAGMA application_id').get() as { application_id: number }
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
    if (id === applicationId && version === schemaVersion) return 'ledger'
    const { tables } = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: number }
    return tables === 0 && id === 0 ? 'nothing' : 'foreign'
  } catch (cause) {
    if (isBusy(cause)) throw cause
    throw foreignFile(file, cause)
  }
}

function foreignFile(file: string, cause?: unknown): Error {
  return new Error(`${file} is not a ledger of a paylb payment server`, { cause })
}

function retryWhileBusy(busyTimeoutMs: number, work: () => void): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  for (let waitedMs = 0; ; waitedMs += retryMs) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || waitedMs >= busyTimeoutMs) throw error
      Atomics.wait(sleeper, 0, 0, retryMs)
    }
  }
}

function isBusy(error: unknown): boolean {
  const { errcode } = error as { errcode?: number }
  return errcode !== undefined && (errcode & 0xff) === sqliteBusy
}
