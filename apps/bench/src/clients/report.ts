import { readable, table } from '../report/table.ts'
import type { Comparison } from './comparison.ts'
import type { Figure } from './figures.ts'

/** The table of a run, and below it what could not be measured. */
export function report(figures: readonly Figure[], rounds: number, concurrency: number): string {
  const header = ['', 'calls/s', 'CPU µs/call', '× axios, calls/s', '× axios, CPU', 'target', '']
  const lines = figures.map((figure) => [
    `${figure.workload}  ${figure.contestant}`,
    shown(figure.callsPerSecond),
    shown(figure.cpuMicrosecondsPerCall),
    interval(figure.timesAxios),
    interval(figure.cpuTimesAxios),
    figure.target === undefined ? '' : `≥ ${figure.target.least}`,
    figure.target?.standing ?? '',
  ])
  const failures = figures.flatMap(({ workload, contestant, failure }) =>
    failure === undefined ? [] : [`not measured: ${workload} ${contestant}: ${failure}`],
  )
  const notes = [
    `Medians of ${rounds} rounds in turn, ${concurrency} calls at a time, each client in a process of its own, one server for all.`,
    'Ratios are medians of the pairs of each round, with their 95 % interval from a bootstrap.',
  ]
  return [table(header, lines), '', ...notes, ...failures].join('\n')
}

function interval(found: Comparison | undefined): string {
  if (found === undefined) return '–'
  return `${found.ratio.toFixed(2)} (${found.low.toFixed(2)} to ${found.high.toFixed(2)})`
}

function shown(figure: number | undefined): string {
  return figure === undefined ? '–' : readable(figure)
}
