import { describe, expect, test } from 'vitest'
import type { Evidence } from '../src/check/evidence.ts'
import { findViolations, knownShare } from '../src/check/violations.ts'
import { checked, evidence, executed, paid, unsettled } from './support/evidence.ts'

function found(of: Evidence): Record<string, readonly string[]> {
  return Object.fromEntries(
    findViolations(of).flatMap(({ what, found: list }) => (list.length > 0 ? [[what, list]] : [])),
  )
}

const death = { inFlight: ['one'], broken: 1, journalled: new Set<string>(), restartedAtMs: 200 }
const unknown = paid('one', { outcome: 'unknown' })
/* Enough others that one unknown payment is not too many. */
const others = Array.from({ length: 2_000 }, (_value, index) => paid(`other-${index}`))

test('a good run has none', () => {
  expect(found(evidence())).toEqual({})
})

describe('there is a violation when', () => {
  test.each<[what: string, of: Evidence]>([
    ['charged twice', evidence({ ledgerReport: { chargedTwice: [checked('one', 'succeeded', 2)] } })],
    ['lost', evidence({ ledgerReport: { lost: [checked('one', 'succeeded', 0)] } })],
    ['told wrongly', evidence({ ledgerReport: { misreported: [checked('one', 'not-executed', 1)] } })],
    ['told wrongly', evidence({ ledgerReport: { unannounced: [checked('one', undefined, 1)] } })],
    ['key on two ledgers', evidence({ keysOnSeveralLedgers: [{ key: 'one', ledgerFiles: ['eu', 'us'] }] })],
    ['in flight as the API died, and not in its journal', evidence({ deaths: [death] })],
    ['told unknown, and forgotten by the journal', evidence({ payments: [unknown, ...others], executions: [] })],
    [
      'concluded, and left open in the journal',
      evidence({ deaths: [death], executions: [], unsettled: [unsettled('one', 201)], unsettledByApi: ['one'] }),
    ],
    ['unsettled() and the journal differ', evidence({ unsettledByApi: ['one'] })],
    [
      'unknown more often than promised',
      evidence({
        payments: [unknown, ...others.slice(0, 500)],
        unsettled: [unsettled('one', 1)],
        unsettledByApi: ['one'],
      }),
    ],
    ['faults that never hit a payment', evidence({ unreachedFaults: ['pause'] })],
    ['the API did not end by itself', evidence({ leaving: { leftByItself: false, resources: ['Timeout'] } })],
  ])('%s (case %#)', (what, of) => {
    expect(Object.keys(found(of))).toEqual([what])
  })
})

describe('there is none when', () => {
  test.each<[what: string, of: Evidence]>([
    ['what was in flight is in the journal', evidence({ deaths: [{ ...death, journalled: new Set(['one']) }] })],
    ['it was sent only after the restart', evidence({ deaths: [death], executions: [executed('one', 300)] })],
    [
      'a payment is unknown and listed',
      evidence({
        payments: [unknown, ...others],
        executions: [],
        unsettled: [unsettled('one', 1)],
        unsettledByApi: ['one'],
      }),
    ],
    ['an unknown payment was resolved', evidence({ payments: [unknown, ...others] })],
    [
      'a settle was lost with the process',
      evidence({ deaths: [{ ...death, inFlight: [] }], unsettled: [unsettled('one', 150)], unsettledByApi: ['one'] }),
    ],
    [
      'the connection broke before anything was sent',
      evidence({ payments: [paid('one', { outcome: 'unknown', isAnswered: false }), ...others], executions: [] }),
    ],
  ])('%s', (_what, of) => {
    expect(found(of)).toEqual({})
  })
})

test('bare payments do not count into the share of those that are known', () => {
  expect(knownShare([paid('one'), paid('two', { key: undefined, outcome: 'unknown' })])).toBe(1)
  expect(knownShare([paid('one'), paid('two', { outcome: 'pending' })])).toBe(0.5)
})
