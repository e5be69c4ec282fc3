import { describe, expect, test } from 'vitest'
import { isOutlier, wilsonInterval } from '../../src/health/failure-detector.ts'
import type { Counts } from '../../src/health/failure-window.ts'
import { byRateOnly, fleet, inState, lettered, sendTo } from '../support/fleet.ts'
import { serverError, succeeded } from '../support/outcomes.ts'
import { readVectors } from '../support/vectors.ts'

interface Vectors {
  readonly cases: readonly {
    readonly servers: readonly (readonly [successes: number, total: number])[]
    readonly upper: number
    readonly lowerOthers: number
    readonly eject: boolean
  }[]
}

const { cases } = readVectors('outlier') as Vectors
const limits = { minFailures: 5, minGap: 0.05 }

const countsOf = (servers: readonly (readonly [number, number])[]): Counts => ({
  successes: servers.reduce((sum, [successes]) => sum + successes, 0),
  total: servers.reduce((sum, [, total]) => sum + total, 0),
})

describe('the Wilson interval', () => {
  test('has vectors to hold', () => {
    expect(cases.length).toBeGreaterThanOrEqual(9)
  })

  test.each(cases)('of $servers is $upper above and $lowerOthers below', ({ servers, upper, lowerOthers }) => {
    expect(wilsonInterval(countsOf(servers.slice(0, 1))).upper).toBeCloseTo(upper, 4)
    expect(wilsonInterval(countsOf(servers.slice(1))).lower).toBeCloseTo(lowerOthers, 4)
  })

  test('of no requests says nothing', () => {
    expect(wilsonInterval({ successes: 0, total: 0 })).toEqual({ lower: 0, upper: 1 })
  })
})

describe('an outlier', () => {
  test.each(cases)('is found in $servers: $eject', ({ servers, eject }) => {
    expect(isOutlier(countsOf(servers.slice(0, 1)), countsOf(servers.slice(1)), limits)).toBe(eject)
  })

  test.each([
    [4, false],
    [5, true],
  ])('needs five failures: %d of 5', (failures, expected) => {
    expect(isOutlier({ successes: 5 - failures, total: 5 }, { successes: 999, total: 999 }, limits)).toBe(expected)
  })

  test.each([
    [0.05, true],
    [0.0742, true],
    [0.0745, false],
  ])('lies below the others by more than the gap: %d', (minGap, expected) => {
    const [own, others] = [
      { successes: 85, total: 100 },
      { successes: 200, total: 200 },
    ]
    expect(isOutlier(own, others, { minFailures: 5, minGap })).toBe(expected)
  })

  test('is nobody as long as the others have no requests', () => {
    expect(isOutlier({ successes: 0, total: 100 }, { successes: 0, total: 0 }, limits)).toBe(false)
  })
})

/* The judged server’s successes come first: a server is only judged when it fails. */
test.each(cases)('a pool of $servers ejects its first server: $eject', ({ servers, eject }) => {
  const health = { ...byRateOnly, freezeShare: 1, maxEjected: 9 }
  const { balancer } = fleet({ servers: lettered(...servers.map(() => 1)), health })
  const send = (id: string, [successes, total]: readonly [number, number]): void => {
    sendTo(balancer, id, succeeded, successes)
    sendTo(balancer, id, serverError, total - successes)
  }
  for (const [index, counts] of servers.entries()) if (index > 0) send('_abc'[index + 1] ?? '', counts)
  send('a', servers[0] ?? [0, 0])
  expect(inState(balancer, 'ejected')).toBe(eject ? 'a' : '')
})
