import { GCProfiler } from 'node:v8'
import type { Lease, StrategyName } from '@paylb/core'
import { makeBalancer, pickAlone } from '../contestants/paylb.ts'
import { collectGarbage, usedBytes } from './heap.ts'

/*
 * Bytes per `pick → record → release`: how far the heap grew over many of them, in a nursery so large that nothing is
 * collected in between (a collection makes the cell fail), on one thread. Beside it what one lease keeps while it is
 * out, measured by holding many; the difference is garbage. A bare object of known size shows that the method counts right.
 */

/** What one allocation cell is given. */
export interface AllocationInput {
  readonly strategy: StrategyName
  readonly servers: number
}

/** What one process found, in bytes. */
export interface AllocationFigure {
  readonly perPick: number
  readonly perLease: number
  /** An object with as many fields as a lease has, made in the same loop. */
  readonly perBareObject: number
}

/** The flags that the process needs. */
export const allocationFlags: readonly string[] = [
  '--expose-gc',
  '--single-threaded',
  '--min-semi-space-size=256',
  '--max-semi-space-size=256',
]

const picks = 100_000
const picksToWarmUp = 400_000
const leases = 20_000

/** Measures one balancer. @throws Error when garbage was collected while it measured */
export function measureCell({ strategy, servers }: AllocationInput): AllocationFigure {
  const balancer = makeBalancer(strategy, servers)
  const pick = pickAlone(balancer)
  repeat(pick, picksToWarmUp)
  const perPick = growthPerCall(pick)
  repeat(makeBare, picksToWarmUp)
  const perBareObject = growthPerCall(makeBare)
  const before = usedBytes()
  const held: Lease[] = Array.from({ length: leases })
  for (let index = 0; index < leases; index += 1) held[index] = balancer.pick({ key: 'order-1' })
  const perLease = (usedBytes() - before) / leases - bytesPerSlot
  for (const lease of held) lease.release()
  return { perPick, perLease, perBareObject }
}

const bytesPerSlot = 8

function growthPerCall(call: () => unknown): number {
  collectGarbage()
  const profiler = new GCProfiler()
  profiler.start()
  const before = process.memoryUsage().heapUsed
  repeat(call, picks)
  const grown = process.memoryUsage().heapUsed - before
  const { statistics } = profiler.stop()
  if (statistics.length > 0) throw new Error('garbage was collected while allocation was measured')
  return grown / picks
}

function repeat(call: () => unknown, times: number): void {
  for (let done = 0; done < times; done += 1) call()
}

let last: object | undefined

function makeBare(): object | undefined {
  last = {
    lender: picks,
    server: picks,
    state: picks,
    at: 1,
    generation: 2,
    load: 3,
    isRecorded: false,
    isReleased: false,
  }
  return last
}
