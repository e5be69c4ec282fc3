import { closeSync, openSync, readSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { CounterStore } from './counters.ts'
import { JournalFileError } from './journal-file-error.ts'
import { recordOf } from './record-row.ts'
import type { RecordRow } from './record-row.ts'
import { applicationId, schema, schemaVersion } from './schema.ts'

/*
 * Whether a file is a journal and a whole one. All of it is read when it is opened, since what is damaged must be found
 * before the first payment, not when its own key comes back: pages and indexes by SQLite, values by their checksums,
 * rows by their number.
 */

const headerBytes = 100
const magic = 'SQLite format 3\0'

/** Looks at the first bytes, before SQLite touches the file. @throws JournalFileError */
export function checkHeader(file: string): void {
  const header = Buffer.alloc(headerBytes)
  const descriptor = openSync(file, 'r')
  const length = readSync(descriptor, header)
  closeSync(descriptor)
  if (length === 0) throw new JournalFileError(file, 'is empty, which a journal never is')
  if (length < headerBytes) throw new JournalFileError(file, 'is cut off')
  if (header.toString('latin1', 0, magic.length) !== magic) throw new JournalFileError(file, 'is no SQLite file')
  if (header.readUInt32BE(68) !== applicationId) throw new JournalFileError(file, 'is no journal of paylb')
  if (header.readUInt16BE(18) !== 0x0202) throw damaged(file, 'it has no write-ahead log')
  const version = header.readUInt32BE(60)
  if (version === schemaVersion) return
  throw new JournalFileError(file, `has version ${version}, and this paylb reads version ${schemaVersion}`)
}

/**
 * Reads everything, as of one moment.
 *
 * @returns how many transactions it holds
 * @throws JournalFileError, or what SQLite throws when pages are broken
 */
export function checkContents(database: DatabaseSync, file: string): { commits: number } {
  database.exec('BEGIN')
  try {
    checkSchema(database, file)
    checkPages(database, file)
    const counters = new CounterStore(database).read()
    if (counters === undefined) throw damaged(file, 'its counters are wrong')
    const records = countRecords(database, file)
    if (records !== counters.records) throw damaged(file, `it holds ${records} payments instead of ${counters.records}`)
    return { commits: counters.commits }
  } finally {
    database.exec('ROLLBACK')
  }
}

function checkSchema(database: DatabaseSync, file: string): void {
  const rows = database.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid').all()
  const found = rows.map((row) => row['sql'])
  if (found.length === schema.length && schema.every((statement, index) => statement === found[index])) return
  throw damaged(file, 'its tables are not those of a journal')
}

function checkPages(database: DatabaseSync, file: string): void {
  const verdict = database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check']
  if (verdict !== 'ok') throw damaged(file, String(verdict))
}

function countRecords(database: DatabaseSync, file: string): number {
  let count = 0
  for (const row of database.prepare('SELECT * FROM payments').iterate()) {
    if (recordOf(row as unknown as RecordRow) === undefined) throw damaged(file, 'a payment in it fails its checksum')
    count += 1
  }
  return count
}

function damaged(file: string, how: string): JournalFileError {
  return new JournalFileError(file, `is damaged: ${how}`)
}
