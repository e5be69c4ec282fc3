import type * as Core from '@paylb/core'

/*
 * What is held to the promise. The simulation takes core as a value, so that a copy of it with one wrong line can be
 * driven as well: whoever trusts this simulation must see it catch that line.
 */

/** What is driven of `@paylb/core`, or of a copy of it. */
export type Subject = Pick<
  typeof Core,
  | 'createBalancer'
  | 'journalKey'
  | 'journalRules'
  | 'JournalConflictError'
  | 'JournalError'
  | 'JournalFullError'
  | 'JournalUnavailableError'
  | 'memoryJournal'
  | 'PaylbError'
>

/** A defect around core, which the simulation must catch as well. */
export type Misbehaviour =
  /** A transport that takes an accepted connection without an answer for proof that nothing was sent. */
  | 'connect-as-proof'
  /** A transport that gives a request up while it waits for a connection, and sends it all the same. */
  | 'sends-what-was-given-up'
  /** A journal that forgets its pins when it is opened again. */
  | 'forgets-pins'
