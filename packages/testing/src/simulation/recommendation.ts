import { strategies } from '@paylb/core'
import type { StrategyName } from '@paylb/core'
import { readFleet } from './fleet.ts'
import type { FleetDescription } from './fleet-description.ts'
import { sharesByKind } from './format-comparison.ts'
import { reasonsFor } from './recommendation-reasons.ts'
import { omniscient } from './references/omniscient.ts'
import { defaultRequests, simulate } from './simulate.ts'
import type { SimulatedStrategy } from './simulated-strategy.ts'
import type { SimulationResult } from './simulation-result.ts'

/*
 * Which strategy suits a fleet. Errors come first: a payment that fails quickly is no gain. Then the p99, because a
 * customer who waits for a payment is the one who leaves, or pays twice. What differs by less than chance does is equal.
 */

/** What a strategy did on a fleet over several seeds. */
export interface Ranked {
  readonly strategy: StrategyName
  /** Median over the seeds. */
  readonly p99Ms: number
  readonly lowestP99Ms: number
  readonly highestP99Ms: number
  /** Median over the seeds. */
  readonly errorShare: number
  /** Share of all attempts by kind of server, at the first seed. */
  readonly shares: ReadonlyMap<string, number>
}

/** Which strategy to use on a fleet, and why. */
export interface Recommendation {
  readonly strategy: StrategyName
  readonly reasons: readonly string[]
  /** All strategies, the best one first. */
  readonly ranking: readonly Ranked[]
}

/** How a recommendation is found. */
export interface RecommendationOptions {
  /** The first seed. Default 1. */
  readonly seed?: number
  /** How many seeds. Default 5. */
  readonly seeds?: number
  readonly requests?: number
}

const defaultStrategy: StrategyName = 'least-response-time'
/* More errors than the best by this share of payments, or a p99 above the best by this factor, is worse. */
const errorMargin = 0.001
const p99Margin = 1.05

/**
 * Runs every strategy on a fleet at several seeds and recommends one, with reasons. Where the default is as good as the
 * best, it is the default.
 *
 * @throws TypeError for a wrong description
 */
export function recommend(description: FleetDescription, options: RecommendationOptions = {}): Recommendation {
  const { seed = 1, seeds = 5, requests = defaultRequests } = options
  if (!(seeds >= 1)) throw new TypeError(`seeds: ${seeds} is not allowed; expected a number of at least 1`)
  const run = (strategy: SimulatedStrategy): SimulationResult[] =>
    Array.from({ length: seeds }, (_, nth) => simulate(description, { strategy, seed: seed + nth, requests }))
  const all = Object.entries(strategies).map(([name, make]) => rank(name as StrategyName, run(make)))
  const leastErrors = Math.min(...all.map((one) => one.errorShare))
  const isReliable = (one: Ranked): boolean => one.errorShare <= leastErrors + errorMargin
  const byLatency = all.toSorted((one, other) => one.p99Ms - other.p99Ms)
  const unreliable = all.filter((one) => !isReliable(one)).toSorted((one, other) => one.errorShare - other.errorShare)
  const ranking = [...byLatency.filter(isReliable), ...unreliable]
  const [best] = ranking
  if (best === undefined) throw new RangeError('there is no strategy')
  const usual = ranking.find((one) => one.strategy === defaultStrategy)
  const isUsualAsGood = usual !== undefined && isReliable(usual) && usual.p99Ms <= best.p99Ms * p99Margin
  const chosen = isUsualAsGood ? usual : best
  const limitMs = median(run(omniscient).map(({ latencyMs }) => latencyMs.p99))
  return {
    strategy: chosen.strategy,
    reasons: reasonsFor(chosen, ranking, { fleet: readFleet(description), limitMs, seeds }),
    ranking: [chosen, ...ranking.filter((one) => one !== chosen)],
  }
}

function rank(strategy: StrategyName, results: readonly SimulationResult[]): Ranked {
  const p99s = results.map(({ latencyMs }) => (Number.isNaN(latencyMs.p99) ? Infinity : latencyMs.p99))
  const [first] = results
  return {
    strategy,
    p99Ms: median(p99s),
    lowestP99Ms: Math.min(...p99s),
    highestP99Ms: Math.max(...p99s),
    errorShare: median(results.map(({ errorShare }) => errorShare)),
    shares: first === undefined ? new Map() : sharesByKind(first),
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN
}
