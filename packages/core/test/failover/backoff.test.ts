import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/index.ts'
import { backoffMs } from '../../src/failover/backoff.ts'

const notSent: Outcome = { kind: 'not-sent', evidence: 'not-sent', trouble: 'connection' }
const unknown: Outcome = { kind: 'unknown', evidence: 'sent', trouble: 'timeout' }
const overloaded: Outcome = { kind: 'overloaded', evidence: 'answered', status: 503, retryAfterMs: 2_000 }

describe('the wait before another attempt', () => {
  test.each([
    [1, 25],
    [2, 50],
    [3, 100],
    [4, 200],
    [5, 250],
    [50, 250],
  ])('after %d attempts has full jitter up to %d ms', (attempts, mostMs) => {
    expect(backoffMs(unknown, attempts, false, () => 0)).toBe(0)
    expect(backoffMs(unknown, attempts, false, () => 0.5)).toBe(mostMs / 2)
    expect(backoffMs(unknown, attempts, false, () => 1)).toBe(mostMs)
  })

  test('is none when moving on from a refused connection', () => {
    expect(backoffMs(notSent, 1, false, () => 1)).toBe(0)
  })

  test('is not left out when the refused connection is tried again', () => {
    expect(backoffMs(notSent, 1, true, () => 1)).toBe(25)
  })

  test('lasts as long as an overloaded server asked for, when it is the only one', () => {
    expect(backoffMs(overloaded, 1, true, () => 1)).toBe(2_000)
    expect(backoffMs({ ...overloaded, retryAfterMs: 0 }, 1, true, () => 1)).toBe(25)
  })

  test('does not punish another server for it', () => {
    expect(backoffMs(overloaded, 1, false, () => 1)).toBe(25)
  })
})
