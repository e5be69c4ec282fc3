import { wholeNumber } from '../validation.ts'
import { chanceOf } from './chance.ts'
import { readFleet } from './fleet.ts'
import type { FleetDescription } from './fleet-description.ts'
import { Run } from './run.ts'
import type { SimulatedStrategy } from './simulated-strategy.ts'
import type { SimulationResult } from './simulation-result.ts'

/** How a fleet is simulated. */
export interface SimulationOptions {
  readonly strategy: SimulatedStrategy
  /** Same seed, same result. Default 1. */
  readonly seed?: number
  /** How many payments arrive. The first tenth only fills the fleet and is not counted. Default 50 000. */
  readonly requests?: number
}

/** How many payments a run has when nothing else is said. */
export const defaultRequests = 50_000

/**
 * Runs payments through a real balancer to modelled servers, in virtual time. The same seed gives the same result, bit
 * for bit. Arrivals are Poisson; every payment is picked, served, recorded and released.
 *
 * @example
 * const first = { name: 'first', pick: (candidates) => candidates[0] }
 * const fleet = { servers: [{ id: 'pay', count: 3, meanServiceMs: 50 }], load: 0.8 }
 * simulate(fleet, { strategy: first, seed: 1 }).latencyMs.p99
 * @throws Error when the strategy throws or returns a stranger; TypeError for a wrong description; InvalidOptionsError for what the balancer does not take
 */
export function simulate(description: FleetDescription, options: SimulationOptions): SimulationResult {
  const { strategy, seed = 1, requests = defaultRequests } = options
  check(requests, 'requests', 10, 1_000_000_000)
  check(seed, 'seed', 0, 4_294_967_295)
  return new Run(readFleet(description), strategy, chanceOf(seed), requests).result()
}

function check(value: number, name: string, min: number, max: number): void {
  const rule = wholeNumber(min, max)
  if (!rule.accepts(value)) throw new TypeError(`${name}: ${value} is not allowed; expected ${rule.allowed}`)
}
