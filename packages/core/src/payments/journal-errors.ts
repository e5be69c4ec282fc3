import { PaylbError } from '../errors.ts'
import type { PaymentOutcome } from '../outcome/outcome.ts'

/*
 * A journal is a package of its own and may bring another copy of core, so its errors are told apart by a word and not
 * by their class. Where the journal could not write ahead, nothing was sent: that request was not executed.
 */

/** Why a journal did not do what it was asked. */
export type JournalProblem = 'unavailable' | 'full' | 'conflict'

/** The base of a journal's errors. `outcome` is about this one request; the fold over earlier ones is core's. */
export class JournalError extends PaylbError {
  override readonly name: string = 'JournalError'
  readonly journalProblem: JournalProblem

  constructor(problem: JournalProblem, message: string, outcome: PaymentOutcome, cause?: unknown) {
    super(outcome === 'not-executed' ? 'not-executed' : 'outcome-unknown', message, { outcome, cause })
    this.journalProblem = problem
  }

  /** Recognises a journal's error, also one that was made by another copy of this package. */
  static override isInstance(value: unknown): value is JournalError {
    return PaylbError.isInstance(value) && 'journalProblem' in value
  }
}

/** The journal cannot read or write now: disk full, locked, damaged, closed. Unsafe keyed requests must be refused. */
export class JournalUnavailableError extends JournalError {
  override readonly name: string = 'JournalUnavailableError'

  constructor(message: string, cause?: unknown) {
    super('unavailable', message, 'not-executed', cause)
  }
}

/** There is no room for a new key, and what is in flight, open or pinned is never evicted. */
export class JournalFullError extends JournalError {
  override readonly name = 'JournalFullError'

  constructor(maxEntries: number) {
    super(
      'full',
      `The journal holds ${maxEntries} payments in flight, open or pinned, and takes no more: raise maxEntries, or declare which servers share a ledger, so that keys need no pins`,
      'not-executed',
    )
  }
}

/** The claim was lost to another process, or never allowed this dispatch: neither send nor settle. */
export class JournalConflictError extends JournalError {
  override readonly name = 'JournalConflictError'

  constructor(message: string) {
    super('conflict', message, 'unknown')
  }
}
