import { strategies } from '@paylb/core'
import type { FleetDescription } from './fleet-description.ts'
import { references } from './references/index.ts'
import { simulate } from './simulate.ts'
import type { SimulatedStrategy } from './simulated-strategy.ts'
import type { SimulationResult } from './simulation-result.ts'

/** One strategy on one fleet, at every load. */
export interface Contestant {
  readonly name: string
  readonly isReference: boolean
  /** One result for each of the comparison's loads. */
  readonly results: readonly SimulationResult[]
}

/** All strategies and all references on one fleet. */
export interface Comparison {
  readonly fleet: FleetDescription
  readonly loads: readonly number[]
  readonly contestants: readonly Contestant[]
}

/** How long a comparison is and what its chance is. */
export interface ComparisonOptions {
  readonly loads: readonly number[]
  readonly seed: number
  readonly requests: number
}

/** Runs every strategy of the registry, and every reference, on a fleet. They all meet the same payments. */
export function compare(fleet: FleetDescription, { loads, seed, requests }: ComparisonOptions): Comparison {
  const run = (strategy: SimulatedStrategy): SimulationResult[] =>
    loads.map((load) => simulate({ ...fleet, load }, { strategy, seed, requests }))
  const contestantsOf = (all: Readonly<Record<string, SimulatedStrategy>>, isReference: boolean): Contestant[] =>
    Object.entries(all).map(([name, strategy]) => ({ name, isReference, results: run(strategy) }))
  return { fleet, loads, contestants: [...contestantsOf(strategies, false), ...contestantsOf(references, true)] }
}

/** The p99 of a contestant as a multiple of the omniscient picker's, at one of the loads. */
export function timesTheLimit(comparison: Comparison, contestant: Contestant, loadIndex: number): number {
  const limit = comparison.contestants.find(({ name }) => name === 'omniscient')
  const p99 = (one: Contestant | undefined): number => one?.results[loadIndex]?.latencyMs.p99 ?? Number.NaN
  return p99(contestant) / p99(limit)
}
