import { readable, table } from '../report/table.ts'
import { growthOfColumn } from './series.ts'
import type { Series } from './series.ts'

/** The table of a series: each figure, and what a unit of work costs as a multiple of the step before. */
export function report(series: Series): string {
  const growths = series.columns.map((_, column) => growthOfColumn(series, column))
  const header = [
    series.title,
    ...series.columns.flatMap(({ unit, work }) => (work === undefined ? [unit] : [unit, '× before'])),
  ]
  const lines = series.steps.map((step, index) => [
    readable(step.size).replace(/\.0+$/u, ''),
    ...series.columns.flatMap(({ work }, column) => {
      const value = step.ok ? step.figures[column] : undefined
      const said = value === undefined ? '–' : readable(value)
      return work === undefined ? [said] : [said, timesOf(growths[column]?.[index])]
    }),
  ])
  const failures = series.steps.flatMap((step) => (step.ok ? [] : [`not measured: ${step.size}: ${step.reason}`]))
  return [table(header, lines), ...failures].join('\n')
}

function timesOf(growth: { times: number | undefined; isTooSteep: boolean } | undefined): string {
  if (growth?.times === undefined) return ''
  return `${growth.times.toFixed(2)}${growth.isTooSteep ? ' !' : ''}`
}
