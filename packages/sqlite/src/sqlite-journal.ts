import { JournalUnavailableError } from '@paylb/core'
import type {
  Begun,
  Claim,
  Dispatch,
  Journal,
  PaymentIntent,
  PaymentOutcome,
  PaymentRecord,
  Resolution,
  TakenOver,
} from '@paylb/core'
import { CommitQueue } from './commit-queue.ts'
import type { JournalDatabase } from './journal-database.ts'
import { JournalFileError } from './journal-file-error.ts'
import { openJournal } from './open-journal.ts'
import type { OpenedFile } from './open-journal.ts'
import { readOptions } from './options.ts'
import type { Settings, SqliteJournalOptions } from './options.ts'

/** Calls back again and again until the returned function is called. Tests hand in one that they wind themselves. */
export type Ticker = (callback: () => void, ms: number) => () => void

/**
 * Opens a durable journal in one file, for all processes of one machine that open the same file. A payment is on the
 * disk before its first byte is sent, and after a crash every payment that was in flight is found.
 *
 * Opening reads the whole file once and blocks while it does.
 *
 * @example
 * const journal = sqliteJournal({ file: '/var/lib/shop/payments.journal' })
 * @throws InvalidOptionsError
 * @throws JournalFileError when the file is damaged, cut, gone, or no journal
 * @throws JournalUnavailableError when it cannot be opened, is locked or read-only
 */
export function sqliteJournal(options: SqliteJournalOptions): Journal {
  const settings = readOptions(options)
  return new SqliteJournal(openJournal(settings), settings, everyMs)
}

const gone = 'was moved, deleted or replaced while it was in use'

const everyMs: Ticker = (callback, ms) => {
  const timer = setInterval(callback, ms)
  timer.unref()
  return () => clearInterval(timer)
}

/** The journal on an opened file. */
export class SqliteJournal implements Journal {
  readonly secret: Uint8Array
  readonly #file: string
  readonly #database: JournalDatabase
  readonly #queue: CommitQueue
  readonly #stopBeating: () => void
  #isBeating = false
  #closed: Promise<void> | undefined

  constructor({ database, secret }: OpenedFile, settings: Settings, every: Ticker) {
    this.secret = secret
    this.#file = settings.file
    this.#database = database
    this.#queue = new CommitQueue(database, settings)
    this.#stopBeating = every(() => void this.#beat(), settings.heartbeatMs)
  }

  begin(intent: PaymentIntent, first: Dispatch): Promise<Begun> {
    return this.#queue.ask<'begin'>({ kind: 'begin', intent, first })
  }

  dispatching(claim: Claim, dispatch: Dispatch): Promise<void> {
    return this.#queue.ask<'dispatching'>({ kind: 'dispatching', claim, dispatch })
  }

  settle(claim: Claim, outcome: PaymentOutcome): Promise<void> {
    return this.#queue.ask<'settle'>({ kind: 'settle', claim, outcome })
  }

  takeOver(key: string, epoch?: number): Promise<TakenOver | undefined> {
    return this.#queue.ask<'takeOver'>({ kind: 'takeOver', key, epoch })
  }

  async *unsettled(olderThanMs: number = 0): AsyncGenerator<PaymentRecord, void, undefined> {
    let after: string | undefined = ''
    while (after !== undefined) {
      const page: { records: readonly PaymentRecord[]; next: string | undefined } = await this.#queue.ask<'list'>({
        kind: 'list',
        after,
        olderThanMs,
      })
      yield* page.records
      after = page.next
    }
  }

  resolve(key: string, outcome: Resolution): Promise<boolean> {
    return this.#queue.ask<'resolve'>({ kind: 'resolve', key, outcome })
  }

  find(key: string): Promise<PaymentRecord | undefined> {
    return this.#queue.ask<'find'>({ kind: 'find', key })
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#stopBeating()
    const left = this.#queue.ask<'leave'>({ kind: 'leave' })
    this.#queue.refuse(new JournalUnavailableError('The journal is closed'))
    await left.catch(() => undefined)
    this.#database.close()
  }

  /* One at a time: beats that piled up before a locked file would look like the silence of all others. */
  async #beat(): Promise<void> {
    if (this.#isBeating) return
    this.#isBeating = true
    if (!this.#database.isInPlace()) this.#queue.refuse(new JournalFileError(this.#file, gone))
    await this.#queue.ask<'beat'>({ kind: 'beat' }).catch(() => undefined)
    this.#isBeating = false
  }
}
