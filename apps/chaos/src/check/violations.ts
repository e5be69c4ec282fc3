import type { CheckedPayment } from '@paylb/testing'
import { isOpen } from '../client/payment.ts'
import type { Payment } from '../client/payment.ts'
import type { ApiDeath } from '../faults/kill-api.ts'
import type { Evidence } from './evidence.ts'

/*
 * What must never be, each as a list of what was found. The ledgers decide: a payment was executed when a ledger says
 * so, whatever anybody was told.
 */

/** A promise that was broken, with everything that broke it. */
export interface Violation {
  readonly what: string
  readonly found: readonly string[]
}

/** With keys and one shared ledger, so many payments at least end other than unknown. */
const leastKnownShare = 0.999

/** Everything that must not be; a list is empty where nothing was found. */
export function findViolations(evidence: Evidence): readonly Violation[] {
  const { ledgerReport, keysOnSeveralLedgers, unreachedFaults, leaving } = evidence
  return [
    { what: 'charged twice', found: ledgerReport.chargedTwice.map(described) },
    { what: 'lost', found: ledgerReport.lost.map(described) },
    { what: 'told wrongly', found: [...ledgerReport.misreported, ...ledgerReport.unannounced].map(described) },
    {
      what: 'key on two ledgers',
      found: keysOnSeveralLedgers.map(({ key, ledgerFiles }) => `${key}: ${ledgerFiles.join(', ')}`),
    },
    { what: 'in flight as the API died, and not in its journal', found: notFound(evidence) },
    { what: 'told unknown, and forgotten by the journal', found: forgotten(evidence) },
    { what: 'concluded, and left open in the journal', found: leftOpen(evidence) },
    { what: 'unsettled() and the journal differ', found: differences(evidence) },
    { what: 'unknown more often than promised', found: unknownTooOften(evidence) },
    { what: 'faults that never hit a payment', found: unreachedFaults },
    { what: 'the API did not end by itself', found: leaving.leftByItself ? [] : [leaving.resources.join(', ')] },
  ]
}

/** Keyed payments whose outcome their callers do not know, and the share of those who do. */
export function knownShare(payments: readonly Payment[]): number {
  const keyed = payments.filter((payment) => payment.key !== undefined)
  return keyed.length === 0 ? 1 : keyed.filter((payment) => !isOpen(payment.outcome)).length / keyed.length
}

/* What was executed before the next process started was sent by the dead one, and that writes ahead. */
function notFound({ deaths, executions }: Evidence): readonly string[] {
  const executedAtMs = new Map(executions.map((execution) => [execution.key, execution.atMs]))
  const isMissing = (key: string, { journalled, restartedAtMs }: ApiDeath): boolean =>
    !journalled.has(key) && (executedAtMs.get(key) ?? Infinity) < restartedAtMs
  return deaths.flatMap((death) => death.inFlight.filter((key) => isMissing(key, death)))
}

/* Only paylb's own word counts: a request whose connection broke may never have reached it. */
function forgotten({ payments, unsettled, executions, declinedKeys }: Evidence): readonly string[] {
  const known = new Set([...unsettled, ...executions].map(({ key }) => key))
  return payments
    .filter(({ isAnswered, outcome }) => isAnswered && outcome === 'unknown')
    .flatMap(({ key }) => (key === undefined || known.has(key) || declinedKeys.has(key) ? [] : [key]))
}

/*
 * A settle may be lost when the API dies, which only means one more question. Of what began after the last death none
 * is. (When a record was written last says nothing: each recovery writes it.)
 */
function leftOpen({ payments, unsettled, deaths }: Evidence): readonly string[] {
  const told = new Map(payments.map(({ key, outcome }) => [key, outcome]))
  const lastDeathMs = deaths.at(-1)?.restartedAtMs ?? 0
  return unsettled
    .filter(({ key, startedAt }) => startedAt > lastDeathMs && !isOpen(told.get(key) ?? 'unknown'))
    .map(({ key, startedAt }) => `${key}, told ${told.get(key)}, begun ${new Date(startedAt).toISOString()}`)
}

function differences({ unsettled, unsettledByApi }: Evidence): readonly string[] {
  const inFile = new Set(unsettled.map((record) => record.key))
  const byApi = new Set(unsettledByApi)
  return [...inFile, ...byApi].filter((key) => !inFile.has(key) || !byApi.has(key))
}

function unknownTooOften({ ledgers, payments }: Evidence): readonly string[] {
  const share = knownShare(payments)
  return ledgers === 'shared' && share < leastKnownShare ? [`${(100 * share).toFixed(3)} % are known`] : []
}

function described({ reference, key, told, executions }: CheckedPayment): string {
  const where = executions.map(({ paymentId, serverId }) => `${paymentId} on ${serverId}`).join(', ')
  return `${reference ?? key}: told ${told ?? 'nothing'}, executed ${where || 'never'}`
}
