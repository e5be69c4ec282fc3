import type { BalancerOptions, HealthOptions } from '../balancer-options.ts'
import { checkOptions, invalid, rules, withDefaults } from '../validation.ts'
import type { Rule } from '../validation.ts'

/* The options of health: their defaults, and what they may be. */

const defaultHealth: HealthOptions = {
  consecutiveConnectionFailures: 3,
  consecutiveFailures: 5,
  windowMs: 30_000,
  minFailures: 5,
  minGap: 0.05,
  ejectionMs: 10_000,
  maxEjectionMs: 300_000,
  ejectionJitter: 0.2,
  maxEjected: undefined,
  minAvailable: 1,
  freezeShare: 0.5,
  probationSuccesses: 2,
  slowStartMs: 30_000,
  slowStartAggression: 1,
  ejectOnUnauthorized: false,
}

const healthRules: Readonly<Record<keyof HealthOptions, Rule>> = {
  consecutiveConnectionFailures: rules.count,
  consecutiveFailures: rules.count,
  windowMs: rules.ms,
  minFailures: rules.count,
  minGap: rules.number(0, 1),
  ejectionMs: rules.ms,
  maxEjectionMs: rules.ms,
  ejectionJitter: rules.number(0, 1),
  maxEjected: rules.number(0, Infinity, true),
  minAvailable: rules.count,
  freezeShare: rules.number(0, 1),
  probationSuccesses: rules.count,
  slowStartMs: rules.ms,
  slowStartAggression: rules.matching(
    'a finite number above 0',
    (value) => rules.number(0).accepts(value) && value !== 0,
  ),
  ejectOnUnauthorized: rules.flag,
}

/** Checks health options and fills in the defaults. @throws InvalidOptionsError at the first that is unknown, wrong, or contradicts another one */
export function readHealth(given: BalancerOptions['health']): HealthOptions | false {
  if (given === false) return false
  if (given !== undefined) checkOptions(given, healthRules, 'health')
  const health = withDefaults(defaultHealth, given)
  const { ejectionMs, maxEjectionMs } = health
  if (maxEjectionMs >= ejectionMs) return health
  if (given?.maxEjectionMs !== undefined) {
    throw invalid('health.maxEjectionMs', maxEjectionMs, `at least ejectionMs, which is ${ejectionMs}`)
  }
  throw invalid('health.ejectionMs', ejectionMs, `at most maxEjectionMs, which is ${maxEjectionMs}; raise that as well`)
}
