import { readable, table } from '../report/table.ts'
import type { Soaked } from './soaked.ts'
import type { Trend } from './verdict.ts'

/** What a run showed, for a terminal. */
export function report({ adapter, calls, left }: Soaked, trends: readonly Trend[]): string {
  const lines = trends.map(({ figure, first, last, limit, isFlat }) => [
    figure,
    readable(first),
    readable(last),
    `≤ ${readable(limit)}`,
    isFlat ? 'flat' : 'grew',
  ])
  const { made, succeeded, answered, left: hungUp, unanswered } = calls
  return [
    table([adapter, 'at first', 'at last', 'limit', ''], lines),
    '',
    `${made} calls: ${answered} answered, ${succeeded} of them with 2xx; ${hungUp} callers hung up, ${unanswered} without an answer`,
    `after the drain: ${left.resources.length} handles, ${left.inFlight} in flight; ${left.unsettled} payments of unknown outcome were in the journal, as they must be`,
  ].join('\n')
}
