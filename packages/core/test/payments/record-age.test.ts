import { describe, expect, test } from 'vitest'
import type { PaymentRecord } from '../../src/index.ts'
import { isExpiredPin, isOlderThan, isSurelyRecognised } from '../../src/payments/record-age.ts'

const at = 1_000_000

function record(state: PaymentRecord['state']): PaymentRecord {
  return {
    key: 'a',
    fingerprint: undefined,
    isPartialFingerprint: false,
    method: 'POST',
    target: undefined,
    ledger: 'shared',
    servers: ['north'],
    state,
    outcome: undefined,
    hasOpenAttempt: false,
    conclusion: undefined,
    keepsPin: true,
    startedAt: at,
    firstDispatchedAt: at,
    updatedAt: at,
    owner: 'me',
    epoch: 1,
  }
}

describe('the age of a record', () => {
  test.each([
    [0, true],
    [899, true],
    [900, false],
    [1_000, false],
    [-1, false],
  ])('after %d of 1 000 ms, a ledger surely recognises the key: %s', (ageMs, expected) => {
    expect(isSurelyRecognised(record('open'), 1_000, at + ageMs)).toBe(expected)
  })

  test.each([
    ['concluded', 999, false],
    ['concluded', 1_000, true],
    ['concluded', -1, false],
    ['open', 1_000_000, false],
    ['in-flight', 1_000_000, false],
  ] as const)('one that is %s for %d of 1 000 ms has expired: %s', (state, ageMs, expected) => {
    expect(isExpiredPin(record(state), 1_000, at + ageMs)).toBe(expected)
  })

  test.each([
    [9, false],
    [10, true],
    [-1, true],
  ])('one that was written %d ms ago is older than 10 ms: %s', (ageMs, expected) => {
    expect(isOlderThan(record('open'), 10, at + ageMs)).toBe(expected)
  })
})
