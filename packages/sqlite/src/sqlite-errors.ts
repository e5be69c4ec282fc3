import { JournalError, JournalUnavailableError } from '@paylb/core'
import { JournalFileError } from './journal-file-error.ts'

/* SQLite's primary result codes, https://www.sqlite.org/rescode.html */
const busy = 5
const problems: Readonly<Record<number, string>> = {
  [busy]: 'is locked by another process',
  6: 'is locked by another process',
  8: 'is read-only',
  10: 'cannot be read or written',
  13: 'cannot grow: the disk is full, or maxBytes is reached',
  14: 'cannot be opened',
}
const damages: Readonly<Record<number, string>> = {
  11: 'is damaged',
  26: 'is damaged, or no SQLite file',
}

/** Whether another process holds the lock, so that it helps to wait. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === busy
}

/** What a caller is told: which file, what is wrong with it, and whether it is damaged or may come back. */
export function journalErrorOf(error: unknown, file: string): JournalError {
  if (JournalError.isInstance(error)) return error
  const code = primaryCode(error)
  const damage = damages[code]
  if (damage !== undefined) return new JournalFileError(file, damage, error)
  const reason = error instanceof Error ? error.message : String(error)
  return new JournalUnavailableError(`The journal ${file} ${problems[code] ?? 'failed'} (${reason})`, error)
}

/* The lower byte; the rest is detail. */
function primaryCode(error: unknown): number {
  const isSqlite = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
  return isSqlite ? Number(error.errcode) & 0xff : -1
}
