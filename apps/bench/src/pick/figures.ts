import type { Cell } from '../measure/cell.ts'
import type { CellOutcome } from '../measure/rounds.ts'
import { median, spread } from '../measure/statistics.ts'
import type { PicksFigure } from './cells/picks.ts'
import type { Load } from './contestants/contestant.ts'
import { reference, strategyNames } from './contestants/registry.ts'
import type { PicksCell } from './plan.ts'
import { isConstantTime } from './targets.ts'

/* From the values of all processes to the figures of the tables. What was not measured is undefined, never a number. */

/** One size of pool in a row. */
interface SizeFigure {
  readonly servers: number
  /** The median over all rounds; undefined where a process failed or none was planned. */
  readonly nanoseconds: number | undefined
  /** How far the rounds lie apart, as a share of the median. */
  readonly spread: number | undefined
}

/** One row of the table of picks: a contestant under one load. */
export interface PicksRow {
  readonly contestant: string
  readonly load: Load
  readonly isOurs: boolean
  readonly sizes: readonly SizeFigure[]
  /** At three servers, as a multiple of the reference. */
  readonly timesReference: number | undefined
  /** 10 000 servers as a multiple of three. */
  readonly growth: number | undefined
  /** Whether the definition of the strategy demands that its cost does not grow. */
  readonly isConstantTime: boolean
}

/** A cell that gave no figure. */
export interface Failure {
  readonly title: string
  readonly reason: string
}

/** Outcomes by cell. */
export type Outcomes<Value> = ReadonlyMap<Cell, CellOutcome<Value>>

/** The rows of the table of picks, the reference first, then our own, then peers. */
export function picksRows(cells: readonly PicksCell[], outcomes: Outcomes<PicksFigure>): readonly PicksRow[] {
  const rows = Map.groupBy(cells, ({ contestant, load }) => `${load} ${contestant}`)
  const measured = [...rows.values()].map((ofRow) => ofRow.map((cell) => ({ cell, figure: sizeOf(cell, outcomes) })))
  const base = at(measured.flat().find(({ cell }) => cell.contestant === reference && cell.servers === 3)?.figure)
  return measured
    .flatMap(([first, ...others]) =>
      first === undefined ? [] : [{ ...first.cell, sizes: [first, ...others].map(({ figure }) => figure) }],
    )
    .map(({ contestant, load, sizes }) => {
      const small = at(sizes.find(({ servers }) => servers === 3))
      const large = at(sizes.find(({ servers }) => servers === 10_000))
      const isOurs = strategyNames.includes(contestant)
      return {
        contestant,
        load,
        isOurs,
        sizes,
        timesReference: ratio(small, base),
        growth: ratio(large, small),
        isConstantTime: isOurs && isConstantTime(contestant),
      }
    })
    .toSorted((one, other) => place(one) - place(other))
}

/** The median of one of the numbers of a cell over all rounds; undefined when the cell failed. */
export function medianOf<Value>(
  outcome: CellOutcome<Value> | undefined,
  figure: (value: Value) => number,
): number | undefined {
  return outcome?.ok === true && outcome.values.length > 0 ? median(outcome.values.map(figure)) : undefined
}

/** The cells that gave no figure, and why. */
export function failures(outcomes: Outcomes<unknown>): readonly Failure[] {
  return [...outcomes].flatMap(([{ title }, outcome]) => (outcome.ok ? [] : [{ title, reason: outcome.reason }]))
}

/** One figure as a multiple of another, where both were measured. */
export function ratio(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined || other === 0 ? undefined : one / other
}

function sizeOf(cell: PicksCell, outcomes: Outcomes<PicksFigure>): SizeFigure {
  const outcome = outcomes.get(cell)
  const nanoseconds = medianOf(outcome, (value) => value.nanoseconds)
  const values = outcome?.ok === true ? outcome.values.map((value) => value.nanoseconds) : []
  return { servers: cell.servers, nanoseconds, spread: values.length > 1 ? spread(values) : undefined }
}

function at(size: SizeFigure | undefined): number | undefined {
  return size?.nanoseconds
}

const loads: readonly Load[] = ['alone', 'mixed', 'in-flight']

function place({ contestant, load, isOurs }: { contestant: string; load: Load; isOurs: boolean }): number {
  if (contestant === reference) return -1
  return isOurs ? loads.indexOf(load) : loads.length
}
