import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { acknowledgedFile } from './acknowledged.ts'
import { counterChecksum } from './counters.ts'
import { identityChecksum } from './identity.ts'
import { JournalFileError } from './journal-file-error.ts'
import { placeNewFile } from './new-file.ts'
import { applicationId, schema, schemaVersion } from './schema.ts'
import { newSecret } from './secrets.ts'

/**
 * Makes an empty journal, readable by its owner only.
 *
 * @throws JournalFileError when files are left over from a journal that is gone
 */
export function makeJournal(file: string, secret: Uint8Array | undefined): void {
  const leftOver = [`${file}-wal`, `${file}-shm`, acknowledgedFile(file)].find((name) => existsSync(name))
  if (leftOver !== undefined && !existsSync(file)) {
    throw new JournalFileError(file, `is gone, but ${leftOver} of it is still there`)
  }
  placeNewFile(file, (draft) => writeEmptyJournal(draft, secret))
}

function writeEmptyJournal(draft: string, given: Uint8Array | undefined): void {
  closeSync(openSync(draft, 'wx', 0o600))
  const database = new DatabaseSync(draft)
  try {
    for (const statement of schema) database.exec(statement)
    const identity = { journal_id: randomBytes(8), ...newSecret(given) }
    const insert = database.prepare('INSERT INTO identity VALUES (?, ?, ?, ?)')
    insert.run(identity.journal_id, identity.secret, identity.secret_check, identityChecksum(identity))
    const checksum = counterChecksum({ commits: 0, records: 0, last_epoch: 0 })
    database.prepare('INSERT INTO counters VALUES (0, 0, 0, ?)').run(checksum)
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}`)
    database.exec('PRAGMA journal_mode = WAL')
  } finally {
    database.close()
  }
}
