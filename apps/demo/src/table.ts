import type { LedgerReport } from '@paylb/testing'
import type { ToldPayment } from './client.ts'

/** The final table. Every number is counted from the ledgers and from what the callers were told. */
export function table(told: readonly ToldPayment[], report: LedgerReport): string {
  const latencies = told.map((payment) => payment.latencyMs).toSorted((one, other) => one - other)
  const count = (outcome: ToldPayment['outcome']): number =>
    told.filter((payment) => payment.outcome === outcome).length
  const unanswered = told.filter((payment) => !payment.answered).length
  const { executions } = report
  const shares = Object.entries(report.perServer).map(
    ([server, number]) => `${server} ${((100 * number) / executions).toFixed(1)} %`,
  )
  const rows: readonly (readonly [string, string | number])[] = [
    ['payments', told.length],
    ['succeeded', count('succeeded')],
    ['declined', count('declined')],
    ['not executed', count('not-executed')],
    ['unknown', count('unknown')],
    ['other answers', count('rejected') + count('pending')],
    ['executed, by the ledgers', executions],
    ['', ''],
    ['charged twice', report.chargedTwice.length],
    ['lost', report.lost.length],
    ['told a wrong outcome', report.misreported.length + report.unannounced.length],
    ['without an answer', unanswered],
    ['', ''],
    ['p50 / p99', `${quantile(latencies, 0.5)} / ${quantile(latencies, 0.99)} ms`],
    ['share of executions', shares.join(', ')],
  ]
  return rows.map(([name, value]) => `  ${name.padEnd(26)}${value}`).join('\n')
}

function quantile(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)
}
