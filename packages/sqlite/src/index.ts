export { JournalFileError } from './journal-file-error.ts'
export { sqliteJournal } from './sqlite-journal.ts'
export type { SqliteJournalOptions } from './options.ts'
