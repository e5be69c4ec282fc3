import { describe, expect, test } from 'vitest'
import { RetryBudget } from '../../src/failover/retry-budget.ts'

const startMs = 123_456.7

function reserveAll(budget: RetryBudget, nowMs: number): number {
  let reserved = 0
  while (reserved < 10_000 && budget.reserve(nowMs)) reserved += 1
  return reserved
}

function after(requests: number, { ratio = 0.1, minPerSecond = 1 } = {}): RetryBudget {
  const budget = new RetryBudget(ratio, minPerSecond)
  for (let request = 0; request < requests; request += 1) budget.countRequest(startMs)
  return budget
}

describe('the retry budget', () => {
  test.each([
    [0, 10],
    [9, 10],
    [10, 11],
    [1_000, 110],
  ])('of %d requests in 10 s is %d retries: 10 %% and one per second', (requests, retries) => {
    expect(reserveAll(after(requests), startMs)).toBe(retries)
  })

  test('can be set', () => {
    expect(reserveAll(after(100, { ratio: 0.5, minPerSecond: 0 }), startMs)).toBe(50)
    expect(reserveAll(after(100, { ratio: 0, minPerSecond: 0 }), startMs)).toBe(0)
    expect(reserveAll(after(100, { ratio: 0, minPerSecond: 0.2 }), startMs)).toBe(2)
  })

  test('never gives the same token twice', () => {
    const budget = after(100)
    reserveAll(budget, startMs)
    expect(budget.reserve(startMs)).toBe(false)
    expect(budget.reserve(startMs + 5_000)).toBe(false)
  })

  test('forgets retries after 10 s', () => {
    const budget = after(0)
    reserveAll(budget, startMs)
    expect(reserveAll(budget, startMs + 10_000)).toBe(10)
  })

  test('forgets requests after 10 s', () => {
    const budget = after(1_000)
    expect(reserveAll(budget, startMs + 10_000)).toBe(10)
  })

  test('slides: what was spent in one second comes back with that second', () => {
    const budget = after(0)
    for (let second = 0; second < 5; second += 1) {
      budget.reserve(startMs + second * 1_000)
      budget.reserve(startMs + second * 1_000)
    }
    expect(reserveAll(budget, startMs + 9_000)).toBe(0)
    expect(reserveAll(budget, startMs + 10_000)).toBe(2)
    expect(reserveAll(budget, startMs + 11_000)).toBe(2)
  })

  test('no longer holds what was reserved on requests that have left the window', () => {
    const budget = after(1_000)
    for (let retry = 0; retry < 50; retry += 1) budget.reserve(startMs + 5_000)
    expect(budget.holds(startMs + 5_000)).toBe(true)
    expect(budget.holds(startMs + 10_000)).toBe(false)
    expect(budget.holds(startMs + 15_000)).toBe(true)
  })

  test('gives nothing away when the clock goes back', () => {
    const budget = after(0)
    reserveAll(budget, startMs)
    expect(budget.reserve(startMs - 60_000)).toBe(false)
  })
})
