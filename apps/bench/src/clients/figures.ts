import { median } from '../measure/statistics.ts'
import type { BatchFigure } from './client-process.ts'
import { compare } from './comparison.ts'
import type { Comparison } from './comparison.ts'
import type { Row } from './measured.ts'
import { leastTimesAxios, standing } from './targets.ts'
import type { Standing } from './targets.ts'

/** One line of the table. What was not measured is undefined, never a number. */
export interface Figure {
  readonly workload: string
  readonly contestant: string
  readonly callsPerSecond: number | undefined
  readonly cpuMicrosecondsPerCall: number | undefined
  /** Calls per second as a multiple of plain axios'. */
  readonly timesAxios: Comparison | undefined
  /** CPU time per call as a multiple of plain axios'. */
  readonly cpuTimesAxios: Comparison | undefined
  readonly target: { readonly least: number; readonly standing: Standing } | undefined
  /** Why there are no figures. */
  readonly failure: string | undefined
}

/** The lines of all rows, compared with plain axios under the same workload. */
export function figuresOf(rows: readonly Row[]): readonly Figure[] {
  return rows.map((row) => {
    const axios = rows.find(({ workload, contestant }) => workload === row.workload && contestant.kind === 'reference')
    return figureOf(row, valuesOf(axios))
  })
}

function figureOf(row: Row, axios: readonly BatchFigure[]): Figure {
  const values = valuesOf(row)
  const { name } = row.contestant
  const against = (read: (value: BatchFigure) => number): Comparison | undefined =>
    row.contestant.kind === 'reference' ? undefined : compare(values.map(read), axios.map(read))
  const timesAxios = against(speed)
  const least = leastTimesAxios[name]
  return {
    workload: row.workload,
    contestant: name,
    callsPerSecond: middle(values.map(speed)),
    cpuMicrosecondsPerCall: middle(values.map(cost)),
    timesAxios,
    cpuTimesAxios: against(cost),
    target: least === undefined ? undefined : { least, standing: standing(timesAxios, least) },
    failure: row.outcome.ok ? undefined : row.outcome.reason,
  }
}

const speed = (value: BatchFigure): number => value.callsPerSecond
const cost = (value: BatchFigure): number => value.cpuMicrosecondsPerCall

function valuesOf(row: Row | undefined): readonly BatchFigure[] {
  return row?.outcome.ok === true ? row.outcome.values : []
}

function middle(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : median(values)
}
