import { describe, expect, test } from 'vitest'
import { eject, fleet, knownOf, sendTo, stateOf } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { refusedConnection, succeeded } from '../support/outcomes.ts'

const remainingOf = ({ balancer }: Fleet): number | undefined => knownOf(balancer, 'a').health.remainingMs

/** Ejects a again and again, healthy for `healthyMs` between; the length of each ejection in seconds. */
function lengths(times: number, healthyMs: number): number[] {
  const one = fleet({ random: () => 0.5 })
  return Array.from({ length: times }, () => {
    one.clock.advance(healthyMs)
    eject(one, 'a')
    const remainingMs = remainingOf(one) ?? Number.NaN
    one.clock.advance(remainingMs)
    sendTo(one.balancer, 'a', succeeded, 2)
    expect(stateOf(one.balancer, 'a')).toBe('healthy')
    return remainingMs / 1_000
  })
}

describe('an ejection', () => {
  test.each([
    ['longer with each one', 0, [10, 20, 30, 40]],
    ['longer with each one, also shortly before a healthy minute is over', 59_999, [10, 20, 30, 40]],
    ['no longer when a minute was healthy: one is forgiven, one is added', 60_000, [10, 10, 10, 10]],
    ['never shorter than the first, however long the server was healthy', 3_600_000, [10, 10, 10, 10]],
  ])('is %s', (_, healthyMs, expected) => {
    expect(lengths(expected.length, healthyMs)).toEqual(expected)
  })

  test('is never longer than five minutes', () => {
    expect(lengths(40, 0).slice(28)).toEqual([290, ...Array.from({ length: 11 }, () => 300)])
  })

  test.each([
    [0, 8_000],
    [0.25, 9_000],
    [0.5, 10_000],
    [1 - 2 ** -32, 12_000],
  ])('has a jitter of a fifth either way: chance %d gives %d ms', (chance, expectedMs) => {
    const one = fleet({ random: () => chance })
    eject(one, 'a')
    expect(remainingOf(one)).toBeCloseTo(expectedMs, 3)
  })

  test('is spread evenly over its jitter', () => {
    const seen = Array.from({ length: 400 }, (_, seed) => {
      const one = fleet({ seed })
      eject(one, 'a')
      return remainingOf(one) ?? Number.NaN
    })
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(8_000)
    expect(Math.max(...seen)).toBeLessThan(12_000)
    const early = seen.filter((ms) => ms < 10_000).length
    expect(early).toBeGreaterThan(160)
    expect(early).toBeLessThan(240)
  })

  test('lasts longer after a failed probation', () => {
    const one = fleet({ random: () => 0.5 })
    eject(one, 'a')
    one.clock.advance(10_000)
    sendTo(one.balancer, 'a', succeeded)
    sendTo(one.balancer, 'a', refusedConnection)
    expect(remainingOf(one)).toBe(20_000)
  })

  test.each([
    [{ ejectionMs: 3_000, ejectionJitter: 0 }, 3_000],
    [{ ejectionMs: 3_000, ejectionJitter: 1 }, 6_000],
    [{ ejectionMs: 30_000, maxEjectionMs: 45_000, ejectionJitter: 1 }, 45_000],
  ])('with %j lasts %d ms', (health, expectedMs) => {
    const one = fleet({ random: () => 1 - 2 ** -40, health })
    eject(one, 'a')
    expect(remainingOf(one)).toBeCloseTo(expectedMs, 3)
  })

  test('is as long by failed checks as by failures', () => {
    const one = fleet({ random: () => 0.5 })
    one.balancer.reportCheck('a', false)
    expect(remainingOf(one)).toBe(10_000)
  })
})
