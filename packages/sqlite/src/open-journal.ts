import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { PaylbError } from '@paylb/core'
import { Acknowledged, readAcknowledged } from './acknowledged.ts'
import { checkContents, checkHeader } from './check-journal.ts'
import { readIdentity } from './identity.ts'
import type { Identity } from './identity.ts'
import { JournalDatabase } from './journal-database.ts'
import { JournalFileError } from './journal-file-error.ts'
import { makeJournal } from './new-journal.ts'
import type { Settings } from './options.ts'
import { secretOf } from './secrets.ts'
import { journalErrorOf } from './sqlite-errors.ts'

/** An open journal file and the key of its fingerprints. */
export interface OpenedFile {
  readonly database: JournalDatabase
  readonly secret: Uint8Array
}

/**
 * Opens the journal, makes it where it is missing, and refuses one that is not whole.
 *
 * @throws JournalFileError, JournalUnavailableError, or InvalidOptionsError for a wrong secret
 */
export function openJournal(settings: Settings): OpenedFile {
  const { file } = settings
  try {
    if (!existsSync(file)) makeJournal(file, settings.secret)
    checkHeader(file)
    const checked = withConnection(settings, true, (database) => check(database, settings))
    return { ...checked, database: withConnection(settings, false, (database) => open(database, settings, checked)) }
  } catch (error) {
    throw PaylbError.isInstance(error) ? error : journalErrorOf(error, file)
  }
}

interface Checked {
  readonly identity: Identity
  readonly acknowledged: number | undefined
  readonly commits: number
  readonly secret: Uint8Array
}

/* The acknowledged number is read before the contents, for other processes may go on while we read. */
function check(database: DatabaseSync, settings: Settings): Checked {
  const { file } = settings
  const identity = readIdentity(database)
  if (identity === undefined) throw new JournalFileError(file, 'is damaged: it does not say which journal it is')
  const secret = secretOf(identity, settings.secret, file)
  const acknowledged = readAcknowledged(file, identity.journal_id)
  const { commits } = checkContents(database, file)
  if (acknowledged === undefined || acknowledged <= commits) return { identity, acknowledged, commits, secret }
  const lost = `it ends at transaction ${commits}, but ${acknowledged} were acknowledged`
  throw new JournalFileError(file, `has lost payments: ${lost}`)
}

function open(database: DatabaseSync, settings: Settings, checked: Checked): JournalDatabase {
  const { identity, commits, acknowledged } = checked
  const sidecar = new Acknowledged(settings.file, identity.journal_id, commits, acknowledged !== undefined)
  try {
    limitSize(database, settings.maxBytes)
    const journal = new JournalDatabase(database, settings, sidecar)
    journal.commit([{ kind: 'bury' }])
    database.exec('PRAGMA busy_timeout = 0')
    return journal
  } catch (error) {
    sidecar.close()
    throw error
  }
}

function limitSize(database: DatabaseSync, maxBytes: number): void {
  const pageBytes = Number(database.prepare('PRAGMA page_size').get()?.['page_size'])
  if (maxBytes !== Infinity) database.exec(`PRAGMA max_page_count = ${Math.floor(maxBytes / pageBytes)}`)
}

/* Checks run on a connection that cannot write: the last one that can would fold the log into the file as it closes. */
function withConnection<Used>(
  { file, busyTimeoutMs }: Settings,
  readOnly: boolean,
  use: (database: DatabaseSync) => Used,
): Used {
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs, readOnly })
  let isKept = false
  try {
    const used = use(database)
    isKept = !readOnly
    return used
  } finally {
    if (!isKept) database.close()
  }
}
