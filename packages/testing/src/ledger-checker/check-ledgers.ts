import { matchPayments } from './match-payments.ts'
import type { CheckedPayment } from './match-payments.ts'
import { readExecutions } from './read-executions.ts'
import type { FoundExecution } from './read-executions.ts'
import type { ToldOutcome, ToldPayment } from './told-payment.ts'

/*
 * The promise, as a check: a payment is executed at most once over all ledgers; *succeeded* means exactly one
 * execution; *not-executed*, *rejected* and *declined* mean none; and no money moves that nobody was told about.
 * *Unknown* and *pending* may be either.
 */

/** What the ledgers say, beside what callers were told. */
export interface LedgerReport {
  /** Payments that callers were told of. */
  readonly payments: number
  readonly executions: number
  readonly succeeded: number
  readonly declined: number
  readonly rejected: number
  readonly notExecuted: number
  readonly pending: number
  readonly unknown: number
  /** More than one execution, over all ledgers. */
  readonly chargedTwice: readonly CheckedPayment[]
  /** Told *succeeded*, and never executed. */
  readonly lost: readonly CheckedPayment[]
  /** Told *not-executed*, *rejected* or *declined*, and executed. */
  readonly misreported: readonly CheckedPayment[]
  /** Executed, and nobody was told anything. */
  readonly unannounced: readonly CheckedPayment[]
  /** True when the four lists are empty. */
  readonly ok: boolean
  /** Executions by server id. */
  readonly perServer: Readonly<Record<string, number>>
}

/** What `checkLedgers` compares. */
export interface LedgerCheck {
  /** The ledger files. They may be open in other processes. */
  readonly ledgers: readonly string[]
  /** Every payment of every caller, once, with the last thing that was told. */
  readonly told: Iterable<ToldPayment>
}

const meansNoExecution: ReadonlySet<ToldOutcome | undefined> = new Set(['declined', 'rejected', 'not-executed'])

/**
 * Compares ledgers with what callers were told.
 *
 * @throws Error for a missing or foreign file, TypeError for a told payment that cannot be understood
 */
export function checkLedgers({ ledgers, told }: LedgerCheck): LedgerReport {
  const executions = readExecutions(ledgers)
  const payments = matchPayments(told, executions)
  const violations = {
    chargedTwice: payments.filter((payment) => payment.executions.length > 1),
    lost: payments.filter((payment) => payment.told === 'succeeded' && payment.executions.length === 0),
    misreported: payments.filter((payment) => meansNoExecution.has(payment.told) && payment.executions.length > 0),
    unannounced: payments.filter((payment) => payment.told === undefined),
  }
  return {
    payments: payments.length - violations.unannounced.length,
    executions: executions.length,
    ...countOutcomes(payments),
    ...violations,
    ok: Object.values(violations).every((list) => list.length === 0),
    perServer: countByServer(executions),
  }
}

function countOutcomes(payments: readonly CheckedPayment[]) {
  const count = (outcome: ToldOutcome) => payments.filter((payment) => payment.told === outcome).length
  return {
    succeeded: count('succeeded'),
    declined: count('declined'),
    rejected: count('rejected'),
    notExecuted: count('not-executed'),
    pending: count('pending'),
    unknown: count('unknown'),
  }
}

function countByServer(executions: readonly FoundExecution[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const { serverId } of executions) counts.set(serverId, (counts.get(serverId) ?? 0) + 1)
  return Object.fromEntries(counts)
}
