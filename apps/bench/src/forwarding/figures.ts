import { median } from '../measure/statistics.ts'
import type { Kind } from './contestants/contestant.ts'
import type { RoundFigure, Row } from './measured.ts'
import type { Workload } from './workloads.ts'

/** A ratio of two contestants: the median of those of each round, and the least and the most of them. */
export interface Ratio {
  readonly middle: number
  readonly least: number
  readonly most: number
}

/** One line of the table: medians over the rounds, or why there are none. */
export type Figure = {
  readonly workload: Workload
  readonly name: string
  readonly kind: Kind
} & (
  | { readonly measured: RoundFigure; readonly cpuTimesCeiling: Ratio | undefined; readonly warmUpRequests: number }
  | { readonly measured: undefined; readonly failure: string }
)

/** The lines of all rows. */
export function figuresOf(rows: readonly Row[]): readonly Figure[] {
  return rows.map((row) => {
    const { workload, contestant, warmUpRequests, outcome } = row
    const { name, kind } = contestant
    if (!outcome.ok) return { workload, name, kind, measured: undefined, failure: outcome.reason }
    const cpuTimesCeiling = ratioOf(rows, workload, [name, 'ceiling'], 'cpuMicrosecondsPerRequest')
    return { workload, name, kind, measured: middles(outcome.values), cpuTimesCeiling, warmUpRequests }
  })
}

/** One figure of a contestant as a multiple of another's, paired by round; undefined when one was not measured. */
export function ratioOf(
  rows: readonly Row[],
  workload: Workload,
  [ours, theirs]: readonly [string, string],
  figure: keyof RoundFigure,
): Ratio | undefined {
  const others = valuesOf(rows, workload, theirs)
  const ratios = valuesOf(rows, workload, ours).flatMap((value, round) => {
    const other = others[round]
    return other === undefined ? [] : [value[figure] / other[figure]]
  })
  if (ratios.length === 0) return undefined
  return { middle: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) }
}

function valuesOf(rows: readonly Row[], workload: Workload, name: string): readonly RoundFigure[] {
  const row = rows.find((one) => one.workload === workload && one.contestant.name === name)
  return row?.outcome.ok === true ? row.outcome.values : []
}

function middles(values: readonly RoundFigure[]): RoundFigure {
  const middle = (figure: keyof RoundFigure): number => median(values.map((value) => value[figure]))
  return {
    requestsPerSecond: middle('requestsPerSecond'),
    p50Ms: middle('p50Ms'),
    p99Ms: middle('p99Ms'),
    cpuMicrosecondsPerRequest: middle('cpuMicrosecondsPerRequest'),
    coreShare: middle('coreShare'),
  }
}
