import type { Strategy, StrategyName } from '@paylb/core'

/** What can be seen of a simulated fleet from outside the balancer. Only a reference may look; a real picker cannot. */
export interface FleetView {
  /**
   * How long a payment that is sent to this server at `nowMs` has to expect until its answer is there, with all the
   * work that waits there; infinite while the server fails.
   */
  expectedMs(id: string, nowMs: number): number
}

/** A strategy's name, a strategy, or a function that makes a new one for every run. */
export type SimulatedStrategy = StrategyName | Strategy | ((fleet: FleetView) => Strategy)
