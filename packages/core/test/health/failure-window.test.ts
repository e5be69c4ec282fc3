import { describe, expect, test } from 'vitest'
import { FailureWindow } from '../../src/health/failure-window.ts'

const windowMs = 10_000
const bucketMs = windowMs / 10
/* In the middle of a bucket, so that a test says on purpose when it crosses an edge. */
const startMs = 73_500

function counted(...samples: readonly (readonly [boolean, number])[]): FailureWindow {
  const window = new FailureWindow(windowMs)
  for (const [isSuccess, laterMs] of samples) window.count(isSuccess, startMs + laterMs)
  return window
}

describe('the failure window', () => {
  test('is empty before the first request', () => {
    expect(new FailureWindow(windowMs).at(startMs)).toEqual({ successes: 0, total: 0 })
  })

  test('counts successes and failures apart', () => {
    expect(counted([true, 0], [false, 0], [true, 1_200], [false, 1_300], [false, 9_400]).at(startMs + 9_400)).toEqual({
      successes: 2,
      total: 5,
    })
  })

  test.each([true, false])('holds a request (success: %s) for exactly ten buckets', (isSuccess) => {
    const lastMs = 9 * bucketMs + 499
    expect(counted([isSuccess, 0]).at(startMs + lastMs).total).toBe(1)
    expect(counted([isSuccess, 0]).at(startMs + lastMs + 1)).toEqual({ successes: 0, total: 0 })
  })

  test('ends bucket by bucket', () => {
    const window = counted(...Array.from({ length: 10 }, (_, bucket) => [bucket % 2 === 0, bucket * bucketMs] as const))
    const left = Array.from({ length: 11 }, (_, bucket) => window.at(startMs + (9 + bucket) * bucketMs))
    expect(left.map(({ total }) => total)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    expect(left.map(({ successes }) => successes)).toEqual([5, 4, 4, 3, 3, 2, 2, 1, 1, 0, 0])
  })

  test('uses a bucket again without what it held before', () => {
    expect(counted([false, 0], [true, windowMs]).at(startMs + windowMs)).toEqual({ successes: 1, total: 1 })
  })

  test('stays exact however often its buckets are used again', () => {
    const window = new FailureWindow(windowMs)
    for (let ms = 0; ms < 10 * windowMs; ms += bucketMs) {
      window.count(ms % 3 === 0, startMs + ms)
      window.count(false, startMs + ms)
      expect(window.at(startMs + ms).total).toBe(Math.min(20, (2 * ms) / bucketMs + 2))
    }
    expect(window.at(startMs + 11 * windowMs)).toEqual({ successes: 0, total: 0 })
  })

  test.each([windowMs, 3_600_000, 1e12])('is empty after %d ms without a request', (ms) => {
    expect(counted([false, 0], [true, 400], [false, 4_000]).at(startMs + 4_000 + ms)).toEqual({
      successes: 0,
      total: 0,
    })
  })

  test('counts in the newest bucket while the clock is behind by less than the window', () => {
    const window = counted([true, 0], [false, -1], [false, -8_000])
    expect(window.at(startMs - 8_000)).toEqual({ successes: 1, total: 3 })
    expect(window.at(startMs)).toEqual({ successes: 1, total: 3 })
    expect(window.at(startMs + windowMs)).toEqual({ successes: 0, total: 0 })
  })

  test.each([-startMs, -10 * startMs, 3_600_000, -500])('works on a clock that is off by %d ms', (offMs) => {
    const window = counted([true, offMs], [false, offMs + 3_000])
    expect(window.at(startMs + offMs + 3_000)).toEqual({ successes: 1, total: 2 })
    expect(window.at(startMs + offMs + windowMs + 1_000)).toEqual({ successes: 0, total: 1 })
    expect(window.at(startMs + offMs + windowMs + 4_000)).toEqual({ successes: 0, total: 0 })
  })
})

describe('a window taken out of another one', () => {
  const both = [
    [true, 0],
    [false, 1_000],
    [false, 5_000],
  ] as const

  test('leaves what the others counted', () => {
    const pool = counted([true, 0], [true, 1_000], [false, 1_000], [false, 5_000], [false, 7_000])
    pool.subtract(counted(...both), startMs + 7_000)
    expect(pool.at(startMs + 7_000)).toEqual({ successes: 1, total: 2 })
    expect(pool.at(startMs + 7_000 + 4 * bucketMs)).toEqual({ successes: 0, total: 1 })
    expect(pool.at(startMs + 7_000 + windowMs)).toEqual({ successes: 0, total: 0 })
  })

  test.each([
    ['moves on', 9_700],
    ['has been silent for long', 100_000],
  ])('takes out nothing twice when one of them %s', (_, laterMs) => {
    const pool = counted(...both, [true, laterMs])
    pool.subtract(counted(...both), startMs + laterMs)
    expect(pool.at(startMs + laterMs)).toEqual({ successes: 1, total: 1 })
    expect(pool.at(startMs + laterMs + windowMs)).toEqual({ successes: 0, total: 0 })
  })

  test('makes no count negative though the clock is behind', () => {
    const pool = counted(...both, [true, 15_000])
    pool.subtract(counted(...both), startMs)
    expect(pool.at(startMs)).toEqual({ successes: 1, total: 1 })
  })
})
