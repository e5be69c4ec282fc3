import type { JournalRule } from './journal-rule.ts'
import { beginning } from './rules/beginning.ts'
import { limits } from './rules/limits.ts'
import { pins } from './rules/pins.ts'
import { processes } from './rules/processes.ts'
import { recovering } from './rules/recovering.ts'
import { settling } from './rules/settling.ts'

/**
 * What every journal must hold. Each rule opens an empty journal of its own with a wall clock that the rule moves, waits
 * on answers only, and disposes of everything.
 *
 * @example
 * for (const rule of journalContract) test(rule.name, () => rule.check(openMyJournal))
 */
export const journalContract: readonly JournalRule[] = [
  ...beginning,
  ...settling,
  ...pins,
  ...limits,
  ...recovering,
  ...processes,
]
