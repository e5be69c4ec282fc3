import { chooseLeast, hasFewerInFlight } from './choose-least.ts'
import type { Strategy } from './strategy.ts'

/** Least connections: the fewest requests in flight relative to weight, exactly, never by sampling. */
export function leastConnections(): Strategy {
  return {
    name: 'least-connections',
    pick: (candidates, context) => chooseLeast(candidates, hasFewerInFlight, context.random),
  }
}
