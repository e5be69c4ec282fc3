import type { PaymentRecord, Reconciled, RecoveryReport } from '@paylb/core'
import type { FoundExecution, LedgerReport, SharedKey } from '@paylb/testing'
import type { Payment } from '../client/payment.ts'
import type { FaultKind } from '../faults/fault-kinds.ts'
import type { ApiDeath } from '../faults/kill-api.ts'
import type { Leaving } from '../fleet/api-process.ts'
import type { LedgerMode } from '../fleet/ledgers.ts'

/** All that is known at the end of a run: what callers were told, what the ledgers say, and what the journal says. */
export interface Evidence {
  readonly ledgers: LedgerMode
  readonly payments: readonly Payment[]
  readonly ledgerReport: LedgerReport
  readonly executions: readonly FoundExecution[]
  readonly keysOnSeveralLedgers: readonly SharedKey[]
  readonly declinedKeys: ReadonlySet<string>
  /** What the journal's file holds as unsettled after the API has left. */
  readonly unsettled: readonly PaymentRecord[]
  /** The keys that the API itself listed just before. */
  readonly unsettledByApi: readonly string[]
  readonly deaths: readonly ApiDeath[]
  /** What the reconcile hook found, also in recoveries that go on in the background. */
  readonly reconciled: Readonly<Record<Reconciled, number>>
  /** What each start of the API recovered, and the last pass at the end. */
  readonly recoveries: readonly RecoveryReport[]
  readonly unreachedFaults: readonly FaultKind[]
  readonly leaving: Leaving
}
