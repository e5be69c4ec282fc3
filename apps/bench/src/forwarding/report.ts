import { readable, table } from '../report/table.ts'
import type { Figure, Ratio } from './figures.ts'
import type { Plan, WarmUp } from './plan.ts'
import type { Standing } from './targets.ts'
import { connections } from './wrk.ts'

/* The tables of a run as text. */

/** What everybody reached, and below it who was not measured and why. */
export function figuresReport(figures: readonly Figure[], plan: Plan): string {
  const { rounds, secondsPerRound, workloads, warmUp } = plan
  const header = ['', 'req/s', 'p50 ms', 'p99 ms', 'CPU µs/req', '× ceiling', 'core used']
  const lines = figures.map((figure) => {
    const title = `${figure.workload}  ${figure.name}`
    if (figure.measured === undefined) return [title, '–', '–', '–', '–', '–', '–']
    const { requestsPerSecond, p50Ms, p99Ms, cpuMicrosecondsPerRequest, coreShare } = figure.measured
    const figuresOfTime = [requestsPerSecond, p50Ms, p99Ms, cpuMicrosecondsPerRequest].map(readable)
    return [
      title,
      ...figuresOfTime,
      figure.cpuTimesCeiling?.middle.toFixed(2) ?? '–',
      `${(100 * coreShare).toFixed(0)} %`,
    ]
  })
  const notes = [
    `Medians of ${rounds} rounds of ${secondsPerRound} s in turn, ${connections} connections. × ceiling is CPU time, paired by round.`,
    'Where much less than a whole core was used, something else was the limit: trust the CPU time, not the req/s.',
  ]
  const cold = figures.filter((figure) =>
    isCold(figure, workloads[0] === figure.workload ? warmUp.first : warmUp.further),
  )
  const warning = cold.map(({ workload, name }) => `hardly warm, so dearer than it is: ${workload}  ${name}`)
  return [table(header, lines), '', ...notes, ...warning, ...failuresOf(figures)].join('\n')
}

/* So many requests it takes at least to get warm. */
const fewestWarmRequests = 20_000

/* Time was up before that. */
function isCold(figure: Figure, { requests }: WarmUp): boolean {
  return figure.measured !== undefined && figure.warmUpRequests < Math.min(requests / 2, fewestWarmRequests)
}

function failuresOf(figures: readonly Figure[]): readonly string[] {
  return figures.flatMap((figure) =>
    figure.measured === undefined ? [`not measured: ${figure.workload}  ${figure.name}: ${figure.failure}`] : [],
  )
}

/** The targets and how this run stands to them. */
export function targetsReport(standings: readonly Standing[]): string {
  const header = ['target', '', 'measured', 'of the rounds', 'p99', 'verdict']
  const lines = standings.map(({ workload, title, target, ratio, p99, verdict }) => [
    `${workload}  ${title}`,
    target,
    ratio?.middle.toFixed(2) ?? '–',
    ratio === undefined ? '–' : rangeOf(ratio),
    p99 === undefined ? '' : `× ${p99.middle.toFixed(2)}`,
    verdict,
  ])
  return table(header, lines)
}

function rangeOf({ least, most }: Ratio): string {
  return `${least.toFixed(2)} to ${most.toFixed(2)}`
}
