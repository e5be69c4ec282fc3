import { describe, expect, test } from 'vitest'
import type { OutcomeKind } from '../../src/index.ts'
import { decide } from '../../src/failover/decide.ts'
import type { Decision, Remaining } from '../../src/failover/decide.ts'
import type { Protection } from '../../src/failover/protection.ts'
import { present } from '../support/present.ts'

const plenty: Remaining = { attempts: 2, timeMs: 1_000, replayable: true, callerWaits: true, open: false }
const columns: readonly Protection[] = ['safe', 'keyed-same-ledger', 'keyed-other-ledger', 'bare']

/* Written out cell by cell, and not derived from the table it checks. */
const cells: Record<OutcomeKind, readonly [Decision, Decision, Decision, Decision]> = {
  'not-sent': ['fail-over', 'fail-over', 'fail-over', 'fail-over'],
  refused: ['fail-over', 'fail-over', 'fail-over', 'fail-over'],
  incomplete: ['return', 'return', 'return', 'return'],
  overloaded: ['fail-over', 'fail-over-within-ledger', 'return', 'return'],
  'in-progress': ['return', 'wait', 'return', 'return'],
  unknown: ['fail-over', 'fail-over-within-ledger', 'reconcile', 'reconcile'],
  'key-misuse': ['return', 'return', 'return', 'return'],
  declined: ['return', 'return', 'return', 'return'],
  rejected: ['return', 'return', 'return', 'return'],
  unauthorized: ['return', 'return', 'return', 'return'],
  pending: ['return', 'return', 'return', 'return'],
  succeeded: ['return', 'return', 'return', 'return'],
}

/* While another attempt of the payment may have been executed, these cells close. */
const closedWhileOpen: readonly [OutcomeKind, Protection][] = [
  ['not-sent', 'keyed-other-ledger'],
  ['not-sent', 'bare'],
  ['refused', 'keyed-other-ledger'],
  ['refused', 'bare'],
]

const rows = Object.entries(cells).flatMap(([kind, decisions]) =>
  decisions.map((decision, index) => [kind as OutcomeKind, present(columns[index]), decision] as const),
)
const closes = (kind: OutcomeKind, protection: Protection): boolean =>
  closedWhileOpen.some(([closedKind, closedProtection]) => closedKind === kind && closedProtection === protection)

describe.each(rows)('after %s, %s', (kind, protection, decision) => {
  const sendsAgain = decision !== 'return' && decision !== 'reconcile'

  test(`the decision is ${decision}`, () => {
    expect(decide(kind, protection, plenty)).toBe(decision)
  })

  test('an open attempt closes what could charge twice', () => {
    const expected = closes(kind, protection) ? 'return' : decision
    expect(decide(kind, protection, { ...plenty, open: true })).toBe(expected)
  })

  test('nothing is sent again when the attempts are used up, but a payment that still runs is asked for', () => {
    const expected = sendsAgain && decision !== 'wait' ? 'return' : decision
    expect(decide(kind, protection, { ...plenty, attempts: 0 })).toBe(expected)
  })

  test.each<[string, Partial<Remaining>]>([
    ['the time is up', { timeMs: 0 }],
    ['the time has long been up', { timeMs: -1 }],
    ['the body can no longer be sent again', { replayable: false }],
    ['the caller has gone', { callerWaits: false }],
  ])('nothing is sent again when %s', (_, less) => {
    expect(decide(kind, protection, { ...plenty, ...less })).toBe(sendsAgain ? 'return' : decision)
  })
})

test('a bare payment is sent again only when nothing was executed', () => {
  const again = rows.filter(([, protection, decision]) => protection === 'bare' && decision.startsWith('fail-over'))
  expect(again.map(([kind]) => kind)).toEqual(['not-sent', 'refused'])
})
