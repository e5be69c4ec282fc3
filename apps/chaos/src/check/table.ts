import type { ToldOutcome } from '@paylb/testing'
import { isOpen } from '../client/payment.ts'
import type { Payment } from '../client/payment.ts'
import { faultKinds } from '../faults/fault-kinds.ts'
import type { RunResult } from '../run.ts'
import { knownShare } from './violations.ts'
import type { Violation } from './violations.ts'

/* The end of a run in figures. Every number is counted from the ledgers, the journal and what callers were told. */

type Row = readonly [name: string, value: string | number]

const listedAtMost = 10

/** The final table of one run. */
export function table(result: RunResult, violations: readonly Violation[]): string {
  const rows = [...paymentRows(result), ...journalRows(result), ...violationRows(violations), ...processRows(result)]
  const lines = rows.map(([name, value]) => (name === '' ? '' : `  ${name.padEnd(56)}${value}`))
  return [...lines, '', ...faultLines(result)].join('\n')
}

/** The first of each kind of violation, in words. */
export function listViolations(violations: readonly Violation[]): string {
  return violations
    .filter(({ found }) => found.length > 0)
    .flatMap(({ what, found }) => found.slice(0, listedAtMost).map((one) => `  ${what}: ${one}`))
    .join('\n')
}

function paymentRows({ evidence: { payments, executions }, durationMs }: RunResult): readonly Row[] {
  const keyed = payments.filter((payment) => payment.key !== undefined)
  const bare = payments.filter((payment) => payment.key === undefined)
  const requests = sum(payments.map((payment) => payment.requests))
  const latencies = payments.flatMap((payment) => payment.latenciesMs).toSorted((one, other) => one - other)
  const firstKnown = keyed.filter(({ firstOutcome }) => firstOutcome !== undefined && !isOpen(firstOutcome)).length
  return [
    ['payments: with a key + bare', `${payments.length}: ${keyed.length} + ${bare.length}`],
    ['requests, repeats included', requests],
    ['succeeded', both(keyed, bare, 'succeeded')],
    ['declined', both(keyed, bare, 'declined')],
    ['not executed', both(keyed, bare, 'not-executed')],
    ['rejected', both(keyed, bare, 'rejected')],
    ['pending', both(keyed, bare, 'pending')],
    ['unknown', both(keyed, bare, 'unknown')],
    ['executed, by the ledgers', executions.length],
    ['known with a key, at once / in the end', `${share(firstKnown, keyed.length)} / ${percent(knownShare(payments))}`],
    ['p50 / p99 of a request', `${quantile(latencies, 0.5)} / ${quantile(latencies, 0.99)} ms`],
    ['duration, payments per second', `${(durationMs / 1_000).toFixed(1)} s, ${perSecond(payments, durationMs)}`],
    ['', ''],
  ]
}

function journalRows({ evidence }: RunResult): readonly Row[] {
  const { deaths, recoveries, reconciled, unsettled } = evidence
  const total = (name: 'found' | 'succeeded' | 'declined' | 'unknown'): number =>
    sum(recoveries.map((report) => report[name]))
  return [
    ['the API was killed, requests without an answer', `${deaths.length}, ${sum(deaths.map(({ broken }) => broken))}`],
    ['of them first requests with a key', sum(deaths.map(({ inFlight }) => inFlight.length))],
    ['found in the journal then', sum(deaths.map(({ journalled }) => journalled.size))],
    [
      'recover() found: succeeded + declined + unknown',
      `${total('found')}: ${total('succeeded')} + ${total('declined')} + ${total('unknown')}`,
    ],
    [
      'reconciled: succeeded + declined + not found + unknown',
      `${reconciled.succeeded} + ${reconciled.declined} + ${reconciled['not-found']} + ${reconciled.unknown}`,
    ],
    ['unsettled in the end', unsettled.length],
    ['', ''],
  ]
}

function violationRows(violations: readonly Violation[]): readonly Row[] {
  return [...violations.map(({ what, found }): Row => [what, found.length]), ['', '']]
}

function processRows({ memory, warnings, evidence }: RunResult): readonly Row[] {
  const { mostResidentBytes, lastResidentBytes, lastHeapBytes } = memory
  return [
    [
      'memory of the API: most / last / heap',
      [mostResidentBytes, lastResidentBytes, lastHeapBytes].map(megabytes).join(' / '),
    ],
    ['share of executions', shares(evidence.ledgerReport.perServer, evidence.executions.length)],
    ...[...warnings].map((text): Row => ['warning', text]),
  ]
}

function faultLines({ coverage }: RunResult): readonly string[] {
  const kinds = faultKinds.filter((kind) => coverage.of(kind).steps > 0)
  return kinds.map((kind) => {
    const { steps, hits } = coverage.of(kind)
    return `  ${kind.padEnd(20)}${String(steps).padStart(6)} times${String(hits).padStart(8)} hits`
  })
}

function both(keyed: readonly Payment[], bare: readonly Payment[], outcome: ToldOutcome): string {
  const count = (payments: readonly Payment[]): number =>
    payments.filter((payment) => payment.outcome === outcome).length
  return `${count(keyed)} + ${count(bare)}`
}

function shares(perServer: Readonly<Record<string, number>>, executions: number): string {
  return Object.entries(perServer)
    .map(([server, count]) => `${server} ${share(count, executions)}`)
    .join(', ')
}

function share(part: number, whole: number): string {
  return percent(whole === 0 ? 1 : part / whole)
}

function percent(value: number): string {
  return `${(100 * value).toFixed(2)} %`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(0)} MiB`
}

function perSecond(payments: readonly Payment[], durationMs: number): string {
  return ((1_000 * payments.length) / durationMs).toFixed(0)
}

function quantile(sorted: readonly number[], position: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * position))] ?? 0).toFixed(1)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
