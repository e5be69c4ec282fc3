import type { LedgerReport } from './check-ledgers.ts'
import type { CheckedPayment } from './match-payments.ts'

const listedAtMost = 20

/** A report as plain text, with the first violations of each kind spelt out. */
export function formatLedgerReport(report: LedgerReport): string {
  return [
    ...table([
      ['payments', report.payments],
      ['succeeded', report.succeeded],
      ['declined', report.declined],
      ['rejected', report.rejected],
      ['not executed', report.notExecuted],
      ['pending', report.pending],
      ['unknown', report.unknown],
      ['executions', report.executions],
      ...Object.entries(report.perServer).map(([id, count]): [string, number] => [`  on ${id}`, count]),
      ['charged twice', report.chargedTwice.length],
      ['lost', report.lost.length],
      ['misreported', report.misreported.length],
      ['unannounced', report.unannounced.length],
    ]),
    ...violations('charged twice', report.chargedTwice),
    ...violations('lost', report.lost),
    ...violations('misreported', report.misreported),
    ...violations('unannounced', report.unannounced),
    report.ok ? 'The ledgers agree with what was told.' : 'The ledgers DO NOT agree with what was told.',
  ].join('\n')
}

function table(rows: readonly (readonly [name: string, count: number])[]): string[] {
  const nameWidth = Math.max(...rows.map(([name]) => name.length))
  const countWidth = Math.max(...rows.map(([, count]) => String(count).length))
  return rows.map(([name, count]) => `${name.padEnd(nameWidth)}  ${String(count).padStart(countWidth)}`)
}

function violations(name: string, payments: readonly CheckedPayment[]): string[] {
  const lines = payments.slice(0, listedAtMost).map((payment) => `${name}: ${describe(payment)}`)
  const more = payments.length - lines.length
  return more > 0 ? [...lines, `${name}: and ${more} more`] : lines
}

function describe({ type, reference, key, told, executions }: CheckedPayment): string {
  const name = [reference && `reference ${reference}`, key && `key ${key}`].filter(Boolean).join(', ')
  const where = executions.map(({ serverId, paymentId }) => `${paymentId} on ${serverId}`).join(', ')
  return `${type} (${name || 'without a name'}), told ${told ?? 'nothing'}, executed ${where || 'never'}`
}
