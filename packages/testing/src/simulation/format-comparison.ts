import { timesTheLimit } from './comparison.ts'
import type { Comparison, Contestant } from './comparison.ts'
import { markdownTable } from './markdown-table.ts'
import type { SimulationResult } from './simulation-result.ts'

/** One fleet's table: latencies, errors and shares of every strategy at every load. */
export function formatComparison(comparison: Comparison): string {
  const { loads, contestants } = comparison
  const header = [
    'strategy',
    ...loads.map((load) => `p50 / p99 / p99.9 at ${percent(load, 0)}`),
    `errors at ${loads.map((load) => percent(load, 0)).join(' / ')}`,
    `share at ${percent(shownLoad(loads), 0)}`,
  ]
  return markdownTable(
    header,
    contestants.map((contestant) => [
      nameOf(contestant),
      ...contestant.results.map(formatLatencies),
      contestant.results.map(({ errorShare }) => percent(errorShare, 2)).join(' / '),
      formatShares(shownResult(comparison, contestant)),
    ]),
  )
}

/** All fleets' table: every strategy's p99 as a multiple of the limit's, at the load where it is worst. */
export function formatSummary(comparisons: readonly Comparison[]): string {
  const names = comparisons[0]?.contestants ?? []
  return markdownTable(
    ['strategy', ...comparisons.map(({ fleet }) => fleet.name ?? 'the fleet')],
    names.map((named, index) => [
      nameOf(named),
      ...comparisons.map((comparison) => formatWorst(comparison, comparison.contestants[index] ?? named)),
    ]),
  )
}

/** The result that a picture, or the column of shares, shows: at 80 % load, or at the highest load up to that. */
export function shownResult({ loads }: Comparison, { results }: Contestant): SimulationResult | undefined {
  return results[loads.indexOf(shownLoad(loads))]
}

/** A share of 1 as a percentage. */
export function percent(share: number, digits: number): string {
  return `${(share * 100).toFixed(digits)} %`
}

/** The share of each kind of server in a result. */
export function sharesByKind({ servers }: SimulationResult): ReadonlyMap<string, number> {
  const shares = new Map<string, number>()
  for (const { kind, share } of servers) shares.set(kind, (shares.get(kind) ?? 0) + share)
  return shares
}

function shownLoad(loads: readonly number[]): number {
  return loads.findLast((load) => load <= 0.8) ?? loads[0] ?? 0.8
}

function nameOf({ name, isReference }: Contestant): string {
  return isReference ? `_${name}_` : `\`${name}\``
}

function formatLatencies({ latencyMs: { p50, p99, p999 } }: SimulationResult): string {
  return [p50, p99, p999].map(formatMs).join(' / ')
}

function formatMs(ms: number): string {
  return Number.isNaN(ms) ? '–' : ms.toFixed(ms < 10 ? 1 : 0)
}

/* Of servers of one kind, the smallest and the largest share; otherwise the share of each kind. */
function formatShares(result: SimulationResult | undefined): string {
  if (result === undefined) return ''
  const kinds = sharesByKind(result)
  if (kinds.size > 1) return [...kinds].map(([kind, share]) => `${kind} ${percent(share, 1)}`).join(', ')
  const shares = result.servers.map(({ share }) => share)
  return `${percent(Math.min(...shares), 1)} to ${percent(Math.max(...shares), 1)} each`
}

function formatWorst(comparison: Comparison, contestant: Contestant): string {
  const worst = Math.max(...comparison.loads.map((_, index) => timesTheLimit(comparison, contestant, index)))
  const errorShare = Math.max(...contestant.results.map((result) => result.errorShare))
  const times = Number.isNaN(worst) ? '–' : `${worst.toFixed(2)} ×`
  return errorShare < 0.001 ? times : `${times}, ${percent(errorShare, 1)} errors`
}
