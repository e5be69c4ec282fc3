import type { PaymentRecord } from '@paylb/core'
import type { CheckedPayment, FoundExecution, LedgerReport } from '@paylb/testing'
import type { Evidence } from '../../src/check/evidence.ts'
import type { Payment } from '../../src/client/payment.ts'

/* What the end of a run looks like when everything went well, to be spoilt by tests. */

export function paid(name: string, changes: Partial<Payment> = {}): Payment {
  return {
    reference: name,
    key: name,
    amount: 1,
    hangsUpAfterMs: undefined,
    thinkMs: 0,
    outcome: 'succeeded',
    firstOutcome: 'succeeded',
    requests: 1,
    isAnswered: true,
    latenciesMs: [1],
    ...changes,
  }
}

export function executed(key: string, atMs: number = 100): FoundExecution {
  return {
    ledgerFile: 'shared.ledger',
    paymentId: `charge-${key}`,
    type: 'charge',
    key,
    reference: key,
    serverId: 'pay-1',
    amount: 1,
    currency: 'EUR',
    charge: undefined,
    bodyHash: '',
    atMs,
  }
}

export function checked(key: string, told: CheckedPayment['told'], executions: number): CheckedPayment {
  const found = Array.from({ length: executions }, () => executed(key))
  return { type: 'charge', reference: key, key, told, executions: found }
}

export function unsettled(key: string, startedAt: number): PaymentRecord {
  return {
    key,
    fingerprint: undefined,
    isPartialFingerprint: false,
    method: 'POST',
    target: undefined,
    ledger: 'shared',
    servers: ['pay-1'],
    state: 'open',
    outcome: 'unknown',
    hasOpenAttempt: true,
    conclusion: undefined,
    keepsPin: false,
    startedAt,
    firstDispatchedAt: startedAt,
    updatedAt: startedAt,
    owner: 'somebody',
    epoch: 1,
  }
}

const goodReport: LedgerReport = {
  payments: 1,
  executions: 1,
  succeeded: 1,
  declined: 0,
  rejected: 0,
  notExecuted: 0,
  pending: 0,
  unknown: 0,
  chargedTwice: [],
  lost: [],
  misreported: [],
  unannounced: [],
  ok: true,
  perServer: { 'pay-1': 1 },
}

/** What to change in good evidence. */
type Changes = Partial<Omit<Evidence, 'ledgerReport'>> & { readonly ledgerReport?: Partial<LedgerReport> }

/** Evidence without a violation, but for the changes. */
export function evidence({ ledgerReport, ...changes }: Changes = {}): Evidence {
  return {
    ledgers: 'shared',
    payments: [paid('one')],
    ledgerReport: { ...goodReport, ...ledgerReport },
    executions: [executed('one')],
    keysOnSeveralLedgers: [],
    declinedKeys: new Set(),
    unsettled: [],
    unsettledByApi: [],
    deaths: [],
    recoveries: [],
    reconciled: { succeeded: 0, declined: 0, 'not-found': 0, unknown: 0 },
    unreachedFaults: [],
    leaving: { leftByItself: true, resources: [] },
    ...changes,
  }
}
