import type { Comparison } from './comparison.ts'

/* What paylb may cost a client, in calls per second of plain axios. */

/** The least share of plain axios' calls per second, by contestant. */
export const leastTimesAxios: Readonly<Record<string, number>> = {
  'axios with paylb': 0.95,
  'axios with paylb, transport undici': 3,
}

/** How a figure stands to its target. */
export type Standing = 'met' | 'missed' | 'undecided' | 'not measured'

/** Undecided: the target lies within what the rounds leave open. */
export function standing(found: Comparison | undefined, least: number): Standing {
  if (found === undefined) return 'not measured'
  if (found.low >= least) return 'met'
  return found.high < least ? 'missed' : 'undecided'
}
