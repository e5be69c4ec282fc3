import { describe, expect, test } from 'vitest'
import { observeRequest, rateAt, rateCells } from '../../src/servers/decayed-rate.ts'

const startMs = 7_000

/* Somewhere in a row, so that a cell that is not its own would be noticed. */
const place = 3

class Rate {
  readonly #numbers = new Float64Array(place + rateCells)

  observe(failed: boolean, nowMs: number): void {
    observeRequest(this.#numbers, place, failed, nowMs)
  }

  at(nowMs: number): number {
    return rateAt(this.#numbers, place, nowMs)
  }
}

function after(failures: number, successes: number): Rate {
  const rate = new Rate()
  for (let count = 0; count < failures; count += 1) rate.observe(true, startMs)
  for (let count = 0; count < successes; count += 1) rate.observe(false, startMs)
  return rate
}

describe('the decayed failure rate', () => {
  test('is 0 before the first request', () => {
    expect(new Rate().at(startMs)).toBe(0)
  })

  test.each([
    [0, 100, 0],
    [1, 0, 1 / 2],
    [9, 0, 9 / 10],
    [50, 49, 1 / 2],
  ])('of %d failures and %d successes, with one more success assumed, is %d', (failures, successes, expected) => {
    expect(after(failures, successes).at(startMs)).toBeCloseTo(expected, 12)
  })

  test('loses half of its weight in 10 s', () => {
    expect(after(8, 0).at(startMs + 10_000)).toBeCloseTo(4 / 5, 12)
    expect(after(8, 0).at(startMs + 20_000)).toBeCloseTo(2 / 3, 12)
  })

  test('falls to nothing without traffic', () => {
    expect(after(1_000, 0).at(startMs + 300_000)).toBeLessThan(0.001)
  })

  test('follows what happens now rather than what happened', () => {
    const rate = after(1_000, 0)
    for (let ms = 0; ms < 60_000; ms += 100) rate.observe(false, startMs + ms)
    expect(rate.at(startMs + 60_000)).toBeLessThan(0.1)
  })

  test('is the same when the clock goes back', () => {
    expect(after(3, 1).at(startMs - 10_000)).toBe(after(3, 1).at(startMs))
  })
})
