import { readable, table } from '../report/table.ts'
import type { AllocationFigure } from './cells/allocation.ts'
import type { ChangesFigure } from './cells/changes.ts'
import type { MemoryFigure } from './cells/memory.ts'
import { noteOf } from './contestants/registry.ts'
import { medianOf, ratio } from './figures.ts'
import type { Outcomes, PicksRow } from './figures.ts'
import type { Measured } from './measured.ts'
import type { Plan, StrategyCell } from './plan.ts'
import {
  mostBytesPerServer,
  mostGrowth,
  mostMsPerChange,
  mostTimesLease,
  mostTimesReference,
  standing,
} from './targets.ts'

/* The tables of `bench:pick` as text. */

const loadNames = {
  alone: '',
  mixed: ', all strategies in use',
  'in-flight': ', 64 in flight, ending in any order',
}

/** The tables of all parts that were planned. */
export function reports(
  plan: Plan,
  measured: Measured,
  rows: readonly PicksRow[],
  servers: readonly number[],
  rounds: number,
): readonly string[] {
  return [
    picksReport(rows, servers, rounds),
    ...(plan.allocation.length > 0 ? [allocationReport(plan.allocation, measured.allocation)] : []),
    ...(plan.memory.length > 0 ? [memoryReport(plan.memory, measured.memory)] : []),
    ...(plan.changes.length > 0 ? [changesReport(plan.changes, measured.changes)] : []),
  ]
}

/* Nanoseconds per pick, by contestant and size of the pool. */
function picksReport(rows: readonly PicksRow[], servers: readonly number[], rounds: number): string {
  const header = [
    'pick → record → release, ns',
    ...servers.map((size) => `n = ${readable(size).replace(/\..*$/u, '')}`),
    'spread',
    '× bare loop',
    `≤ ${mostTimesReference}`,
    '10 000 ÷ 3',
    `≤ ${mostGrowth}`,
  ]
  const lines = rows.map((row) => [
    `${row.contestant}${loadNames[row.load]}`,
    ...servers.map((size) => shown(row.sizes.find((figure) => figure.servers === size)?.nanoseconds)),
    percent(Math.max(...row.sizes.map((figure) => figure.spread ?? 0))),
    shown(row.timesReference),
    row.isOurs ? standing(row.timesReference, mostTimesReference) : '',
    shown(row.growth),
    row.isConstantTime ? standing(row.growth, mostGrowth) : '',
  ])
  const notes = [
    `Median of ${rounds} processes each, one after the other in turn; spread is that of the row's least steady cell.`,
    '× bare loop is at n = 3. Growth has no target where a small pool is looked through server by server.',
  ]
  return [table(header, lines), '', ...notes, ...peerNotes(rows)].join('\n')
}

function peerNotes(rows: readonly PicksRow[]): readonly string[] {
  return rows.flatMap(({ contestant }) => {
    const note = noteOf(contestant)
    return note === undefined ? [] : [`${contestant}: ${note}.`]
  })
}

/* What a pick allocates beside its lease. */
function allocationReport(cells: readonly StrategyCell[], outcomes: Outcomes<AllocationFigure>): string {
  const header = ['bytes allocated', 'n', 'per pick', 'per lease', 'bare object', 'pick ÷ lease', `≤ ${mostTimesLease}`]
  const rows = cells.map((cell) => {
    const outcome = outcomes.get(cell)
    const pick = medianOf(outcome, (figure) => figure.perPick)
    const lease = medianOf(outcome, (figure) => figure.perLease)
    const times = ratio(pick, lease)
    return [
      cell.strategy,
      readable(cell.servers).replace(/\..*$/u, ''),
      shown(pick),
      shown(lease),
      shown(medianOf(outcome, (figure) => figure.perBareObject)),
      shown(times),
      standing(times === undefined ? undefined : rounded(times), mostTimesLease),
    ]
  })
  const note =
    'Growth of the heap over 100 000 warm picks with nothing collected in between, on one thread; per lease is what one\nthat is out keeps. The bare object has eight fields like the lease, made in the same loop.'
  return `${table(header, rows)}\n\n${note}`
}

/* Bytes that one server costs. */
function memoryReport(cells: readonly StrategyCell[], outcomes: Outcomes<MemoryFigure>): string {
  const header = ['bytes per server, n = 10 000', 'as made', 'after traffic', `≤ ${mostBytesPerServer}`]
  const rows = cells.map((cell) => {
    const outcome = outcomes.get(cell)
    const used = medianOf(outcome, (figure) => figure.bytesAfterTraffic)
    return [
      cell.strategy,
      shown(medianOf(outcome, (figure) => figure.bytesAsMade)),
      shown(used),
      standing(used, mostBytesPerServer),
    ]
  })
  return `${table(header, rows)}\n\nHeap and array buffers after a collection, per server; traffic is five requests to each.`
}

/* How long changes hold up the next pick. */
function changesReport(cells: readonly StrategyCell[], outcomes: Outcomes<ChangesFigure>): string {
  const most = `≤ ${mostMsPerChange}`
  const header = [
    'changes at n = 10 000, ms',
    'member, worst',
    'median',
    most,
    'flap, worst',
    'median',
    most,
    'replace all',
  ]
  const rows = cells.map((cell) => {
    const outcome = outcomes.get(cell)
    const member = medianOf(outcome, (figure) => figure.membershipWorstMs)
    const flap = medianOf(outcome, (figure) => figure.flapWorstMs)
    return [
      cell.strategy,
      shown(member),
      shown(medianOf(outcome, (figure) => figure.membershipMedianMs)),
      standing(member, mostMsPerChange),
      shown(flap),
      shown(medianOf(outcome, (figure) => figure.flapMedianMs)),
      standing(flap, mostMsPerChange),
      shown(medianOf(outcome, (figure) => figure.replaceMs)),
    ]
  })
  const note =
    'Until the pick after the change has returned; the worst of 50 changes in a process, the median of the processes.'
  return `${table(header, rows)}\n\n${note}`
}

function shown(figure: number | undefined): string {
  return figure === undefined ? '–' : readable(figure)
}

function percent(share: number): string {
  return share === 0 ? '–' : `${(100 * share).toFixed(0)} %`
}

/* A stray byte of the profiler's own is no allocation of the pick's. */
function rounded(times: number): number {
  return Math.round(times * 100) / 100
}
