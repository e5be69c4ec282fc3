import { JournalUnavailableError } from '@paylb/core'

const wayOut =
  'Nothing was changed. Keep the file and those beside it with the same name (-wal, -shm, -acknowledged) together. ' +
  'Restore all of them as they were; or, to begin an empty journal, move all of them away, but then settle by hand ' +
  'what was in flight in them'

/**
 * The journal's file is damaged, cut, gone, or no journal at all. A journal never starts again from empty by itself,
 * because payments that it holds would then be sent a second time.
 */
export class JournalFileError extends JournalUnavailableError {
  override readonly name = 'JournalFileError'
  readonly file: string

  constructor(file: string, problem: string, cause?: unknown) {
    super(`The journal ${file} ${problem}. ${wayOut}`, cause)
    this.file = file
  }
}
