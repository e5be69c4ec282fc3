import type { Cell } from '../measure/cell.ts'
import type { Arguments } from './arguments.ts'
import { allocationFlags } from './cells/allocation.ts'
import type { Load } from './contestants/contestant.ts'
import { peerNames, reference, strategyNames } from './contestants/registry.ts'

/* Which cells a run has. Those of one part run in rounds; between contestants of one size, so that they stand side by side. */

/** A cell of picks, and what it stands for in the table. */
export interface PicksCell extends Cell {
  readonly contestant: string
  readonly servers: number
  readonly load: Load
}

/** A cell of one of our own strategies. */
export interface StrategyCell extends Cell {
  readonly strategy: string
  readonly servers: number
}

/** All cells of a run, by part. */
export interface Plan {
  readonly picks: readonly PicksCell[]
  readonly allocation: readonly StrategyCell[]
  readonly memory: readonly StrategyCell[]
  readonly changes: readonly StrategyCell[]
}

/** The size at which changes and memory are measured. */
const largePool = 10_000
const smallPool = 3
const changesPerCell = 50

/** Makes the plan of a run. */
export function makePlan({ full, only, servers }: Pick<Arguments, 'full' | 'only' | 'servers'>): Plan {
  const isWanted = (name: string): boolean => only === undefined || only.includes(name)
  const strategies = strategyNames.filter(isWanted)
  const others = [reference, ...peerNames.filter(isWanted)]
  const loads: readonly Load[] = full ? ['alone', 'mixed', 'in-flight'] : ['alone', 'mixed']
  const picks = servers.flatMap((size) => [
    ...others.map((name) => picksCell(name, size, 'alone', full)),
    ...loads
      .filter((load) => full || load === 'alone' || size === smallPool || size === largePool)
      .flatMap((load) => strategies.map((name) => picksCell(name, size, load, full))),
  ])
  const large = servers.includes(largePool) ? strategies : []
  const sizesOfAllocation = full ? servers : servers.slice(0, 1)
  return {
    picks,
    allocation: sizesOfAllocation.flatMap((size) =>
      strategies.map((name) => strategyCell('allocation', name, size, {}, allocationFlags)),
    ),
    memory: large.map((name) => strategyCell('memory', name, largePool, {}, ['--expose-gc'])),
    changes: large.map((name) => strategyCell('changes', name, largePool, { changes: changesPerCell })),
  }
}

function picksCell(contestant: string, servers: number, load: Load, full: boolean): PicksCell {
  const times = full
    ? { warmUpMs: 1_000, measureMs: 200 }
    : { warmUpMs: 250, measureMs: contestant === reference ? 120 : 60 }
  return {
    title: `${contestant}, n = ${servers}, ${load}`,
    module: moduleOf('picks'),
    input: { contestant, servers, load, ...times },
    contestant,
    servers,
    load,
  }
}

function strategyCell(
  part: string,
  strategy: string,
  servers: number,
  more: object,
  nodeFlags: readonly string[] = [],
): StrategyCell {
  return {
    title: `${part}: ${strategy}, n = ${servers}`,
    module: moduleOf(part),
    input: { strategy, servers, ...more },
    nodeFlags,
    strategy,
    servers,
  }
}

function moduleOf(cells: string): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./cells/${cells}.${extension}`, import.meta.url).href
}
