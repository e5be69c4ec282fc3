import { consistentHash } from './consistent-hash.ts'
import { failureBased } from './failure-based.ts'
import { leastConnections } from './least-connections.ts'
import { leastResponseTime } from './least-response-time.ts'
import { loadBased } from './load-based.ts'
import { powerOfTwo } from './power-of-two.ts'
import { random } from './random.ts'
import { roundRobin } from './round-robin.ts'
import type { Candidate, Strategy } from './strategy.ts'
import { weightedRandom } from './weighted-random.ts'
import { weightedRoundRobin } from './weighted-round-robin.ts'

/* The registry: a line here is the name in the options, the export, and the membership in the contract suite. */

/** The names that `strategy` accepts. */
export type StrategyName =
  | 'round-robin'
  | 'weighted-round-robin'
  | 'least-connections'
  | 'least-response-time'
  | 'random'
  | 'weighted-random'
  | 'load-based'
  | 'failure-based'
  | 'power-of-two'
  | 'consistent-hash'

/** Makes each strategy by its name. Every balancer makes its own: a rotation has a position. */
export const strategies: Readonly<Record<StrategyName, () => Strategy<Candidate>>> = {
  'round-robin': roundRobin,
  'weighted-round-robin': weightedRoundRobin,
  'least-connections': leastConnections,
  'least-response-time': leastResponseTime,
  random,
  'weighted-random': weightedRandom,
  'load-based': loadBased,
  'failure-based': failureBased,
  'power-of-two': powerOfTwo,
  'consistent-hash': consistentHash,
}

/** Whether a value names a strategy. */
export function isStrategyName(value: unknown): value is StrategyName {
  return typeof value === 'string' && Object.hasOwn(strategies, value)
}
