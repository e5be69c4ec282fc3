import type { StrategyName } from '@paylb/core'
import { makeBalancer, pickAlone } from '../contestants/paylb.ts'
import { collectGarbage, usedBytes } from './heap.ts'

/*
 * Bytes per server: heap and array buffers after a collection, with the balancer and without. Once as it was made, and
 * once after every server had requests, since some of what is kept of a server is made at its first one.
 */

/** What one memory cell is given. */
export interface MemoryInput {
  readonly strategy: StrategyName
  readonly servers: number
}

/** What one process found. */
export interface MemoryFigure {
  readonly bytesAsMade: number
  readonly bytesAfterTraffic: number
}

const meetings = 5

/** Measures one balancer. Needs `--expose-gc`. */
export function measureCell({ strategy, servers }: MemoryInput): MemoryFigure {
  /* What the first balancer makes once is not counted to the servers. */
  pickAlone(makeBalancer(strategy, 2))()
  const before = usedBytes()
  const balancer = makeBalancer(strategy, servers)
  const made = usedBytes()
  const pick = pickAlone(balancer)
  for (let done = 0; done < meetings * servers; done += 1) pick()
  collectGarbage()
  const used = usedBytes()
  if (balancer.servers.length !== servers) throw new Error(`it has ${balancer.servers.length} servers`)
  return { bytesAsMade: (made - before) / servers, bytesAfterTraffic: (used - before) / servers }
}
