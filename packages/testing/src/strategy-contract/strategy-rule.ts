import type { Strategy } from '@paylb/core'

/** One rule that every strategy must hold. */
export interface StrategyRule {
  /** The rule, as a sentence. */
  readonly name: string
  /**
   * Plays the rule against strategies that are made for it, in virtual time and with seeded chance.
   *
   * @param make makes a new strategy; its position and whatever else it remembers must be its own
   * @throws AssertionError when the rule is broken, or whatever the strategy throws
   */
  check(make: () => Strategy): Promise<void> | void
}
