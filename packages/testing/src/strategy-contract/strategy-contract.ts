import { choices } from './rules/choices.ts'
import { lists } from './rules/lists.ts'
import { shares, weightedShares } from './rules/shares.ts'
import type { StrategyRule } from './strategy-rule.ts'

/**
 * What every strategy must hold, through real balancers in virtual time. Takes about a second.
 *
 * @example
 * for (const rule of strategyContract) test(rule.name, () => rule.check(() => myStrategy()))
 */
export const strategyContract: readonly StrategyRule[] = [...choices, ...lists, ...shares]

/** What a strategy must hold besides when it honours weights: those that do not are `round-robin` and `random`. */
export const strategyWeightContract: readonly StrategyRule[] = weightedShares
