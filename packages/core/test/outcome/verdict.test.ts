import { describe, expect, test } from 'vitest'
import type { Outcome, OutcomeKind, Verdict } from '../../src/index.ts'
import { classifyHttp } from '../../src/index.ts'
import { isConnectionFailure, verdictOf } from '../../src/outcome/verdict.ts'

const answered = (status: number, kind: OutcomeKind = classifyHttp(status, { safe: false, keyed: true })): Outcome => ({
  kind,
  evidence: 'answered',
  status,
})

function expectedOf(status: number): Verdict {
  if (status === 429) return 'neutral'
  if (status === 503) return 'overloaded'
  return status >= 200 && status < 500 ? 'success' : 'failure'
}

describe('the verdict on a server', () => {
  test('follows from the status', () => {
    const statuses = Array.from({ length: 500 }, (_, index) => index + 100)
    const seen = statuses.map((status) => [status, verdictOf(answered(status))])
    expect(seen).toEqual(statuses.map((status) => [status, expectedOf(status)]))
  })

  test.each<[string, Outcome, Verdict]>([
    ['refused connection', { kind: 'not-sent', evidence: 'not-sent', trouble: 'connection' }, 'failure'],
    ['connect timeout', { kind: 'not-sent', evidence: 'not-sent', trouble: 'timeout' }, 'failure'],
    ['reset', { kind: 'unknown', evidence: 'sent', trouble: 'connection' }, 'failure'],
    ['no answer in time', { kind: 'unknown', evidence: 'sent', trouble: 'timeout' }, 'failure'],
    ['malformed answer', { kind: 'unknown', evidence: 'sent', trouble: 'malformed' }, 'failure'],
    ['cut answer', { kind: 'unknown', evidence: 'sent', trouble: 'connection', status: 200 }, 'failure'],
    ['caller gone', { kind: 'unknown', evidence: 'sent', trouble: 'cancelled' }, 'neutral'],
    [
      'caller gone before anything was sent',
      { kind: 'not-sent', evidence: 'not-sent', trouble: 'cancelled' },
      'neutral',
    ],
    ['trouble of our own', { kind: 'not-sent', evidence: 'not-sent', trouble: 'local' }, 'neutral'],
    ['trouble of our own in flight', { kind: 'unknown', evidence: 'sent', trouble: 'local' }, 'neutral'],
    ['request we ended', { kind: 'incomplete', evidence: 'sent', trouble: 'timeout' }, 'neutral'],
    ['request that was never dispatched', { kind: 'not-sent', evidence: 'not-sent' }, 'neutral'],
  ])('%s', (_, outcome, expected) => {
    expect(verdictOf(outcome)).toBe(expected)
  })

  test.each([200, 402, 429, 500, 503])('is success for a declined card, also behind a status of %d', (status) => {
    expect(verdictOf(answered(status, 'declined'))).toBe('success')
  })

  test('follows the classifier where it sees an overload', () => {
    expect(verdictOf(answered(200, 'overloaded'))).toBe('overloaded')
  })

  test.each<[OutcomeKind, Verdict]>([
    ['succeeded', 'success'],
    ['rejected', 'success'],
    ['unknown', 'failure'],
    ['overloaded', 'overloaded'],
  ])('can be had without a status: %s', (kind, expected) => {
    expect(verdictOf({ kind, evidence: 'answered' })).toBe(expected)
  })
})

test.each<[boolean, Outcome]>([
  [true, { kind: 'not-sent', evidence: 'not-sent', trouble: 'connection' }],
  [true, { kind: 'unknown', evidence: 'sent', trouble: 'timeout' }],
  [false, { kind: 'unknown', evidence: 'sent', trouble: 'connection', status: 200 }],
  [false, { kind: 'unknown', evidence: 'answered', status: 500 }],
])('of the connection kind (%s): %j', (expected, outcome) => {
  expect(isConnectionFailure(outcome)).toBe(expected)
})
