import { describe, expect, test } from 'vitest'
import { OverloadGate } from '../../src/health/overload-gate.ts'

const startMs = 50_000

describe('a gate', () => {
  test.each([
    [undefined, 1_000],
    [Number.NaN, 1_000],
    [-1, 1_000],
    [-Infinity, 1_000],
    [0, 0],
    [1, 1],
    [7_000, 7_000],
    [300_000, 300_000],
    [300_001, 300_000],
    [31_536_000_000, 300_000],
    [Infinity, 300_000],
  ])('that is asked to wait %s ms stays shut for %d ms', (retryAfterMs, expectedMs) => {
    const gate = new OverloadGate()
    gate.close(retryAfterMs, startMs, startMs + 1)
    expect(gate.remainingMsAt(startMs + 1)).toBe(expectedMs)
    expect(gate.remainingMsAt(startMs + 1 + expectedMs)).toBe(0)
  })

  test('doubles from 1 s to 30 s while no time is named and nothing succeeds', () => {
    const gate = new OverloadGate()
    const waits = Array.from({ length: 8 }, (_, round) => {
      const nowMs = startMs + round * 100_000
      gate.close(undefined, nowMs, nowMs + 1)
      return gate.remainingMsAt(nowMs + 1)
    })
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
    gate.succeeded()
    gate.close(undefined, startMs + 900_000, startMs + 900_000)
    expect(gate.remainingMsAt(startMs + 900_000)).toBe(1_000)
  })

  test('never opens earlier because of a shorter wait', () => {
    const gate = new OverloadGate()
    gate.close(60_000, startMs, startMs)
    gate.close(1_000, startMs, startMs + 10)
    gate.close(undefined, startMs + 15, startMs + 20)
    expect(gate.remainingMsAt(startMs + 20)).toBe(59_980)
  })

  test.each([-1e12, -1, 0, 1e12])('is open at the start at %d ms, and a success does not open it', (nowMs) => {
    const gate = new OverloadGate()
    expect(gate.remainingMsAt(nowMs)).toBe(0)
    gate.close(5_000, nowMs, nowMs)
    gate.succeeded()
    expect(gate.remainingMsAt(nowMs)).toBe(5_000)
  })
})
