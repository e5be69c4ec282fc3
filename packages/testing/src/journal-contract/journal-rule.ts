import type { Clock, Journal } from '@paylb/core'

/*
 * What a journal's test hands in and what it gets. The words are those of any test runner: a name and a function that
 * rejects when the rule is broken.
 */

/** One rule that every journal must hold. */
export interface JournalRule {
  /** The rule, as a sentence. */
  readonly name: string
  /** Plays the rule against a freshly opened, empty journal. @throws AssertionError when it is broken */
  check(open: OpenJournal): Promise<void>
}

/** How a rule wants its journal; everything else as the journal has it. */
export interface JournalSetting {
  readonly clock: Pick<Clock, 'wallTime'>
  readonly ttlMs: number
  readonly maxEntries?: number
  readonly keepsPins?: boolean
}

/** Opens an empty journal. */
export type OpenJournal = (setting: JournalSetting) => Promise<OpenedJournal>

/** A journal that was opened for a rule. */
export interface OpenedJournal {
  readonly journal: Journal
  /** Only for a journal that processes share: what they do. */
  readonly processes?: SharedJournal
  /** Closes and deletes everything that was opened. */
  dispose(): Promise<void>
}

/** A journal as processes share it. */
export interface SharedJournal {
  /** Opens the same records as another process would. */
  readonly another: () => Promise<Journal>
  /** Lets so much time pass that a silent process would be taken for dead, and each shows that it is alive. */
  readonly stayAlive: () => Promise<void>
  /** Lets the process of this journal fall silent for so long that the others must take it for dead. It may speak again. */
  readonly fallSilent: (journal: Journal) => Promise<void>
}
