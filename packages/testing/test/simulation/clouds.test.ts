import { recommend, simulate } from '@paylb/testing'
import type { FleetDescription, SimulationResult } from '@paylb/testing'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { fleetReport, readFleetFile } from '../../src/simulation/command/fleet-report.ts'

const pay = { meanServiceMs: 50, variation: 0.1 }
const zones = { here: { networkMs: 1 }, there: { networkMs: 20 } }
const requests = 4_000

function sharesOf(description: FleetDescription): Record<string, number> {
  const result: SimulationResult = simulate(description, { strategy: 'least-connections', requests })
  return Object.fromEntries(result.servers.map(({ id, share }) => [id, Number(share.toFixed(1))]))
}

function twoClouds(load: number, first: object = {}): FleetDescription {
  const own = { ...pay, id: 'own', count: 2, zone: 'here', ...first }
  const other = { ...pay, id: 'other', zone: 'there', priority: 1 }
  return { load, zones, servers: [own, other, { ...other, id: 'slow', meanServiceMs: 500 }] }
}

function reportOf(description: FleetDescription, load: number): string {
  return fleetReport(description, { loads: [load], seed: 1, requests: 1_000 })
}

describe('a fleet with priorities and zones', () => {
  test('the first priority gets every payment while it is healthy', () => {
    expect(sharesOf(twoClouds(0.3))).toEqual({ 'own-1': 0.5, 'own-2': 0.5, other: 0, slow: 0 })
  })

  test('hands over what its maxInFlight does not allow', () => {
    expect(sharesOf(twoClouds(0.8, { maxInFlight: 8 }))['other']).toBeGreaterThan(0.1)
  })

  test('hands over everything when it fails', () => {
    const failing = { failures: [{ fromMs: 0, toMs: 1_000_000 }] }
    const shares = sharesOf(twoClouds(0.2, failing))
    expect((shares['other'] ?? 0) + (shares['slow'] ?? 0)).toBeGreaterThan(0.9)
  })

  test('prefers the zone in which the balancer runs', () => {
    const servers = ['here', 'there'].map((zone) => ({ ...pay, id: zone, zone }))
    expect(sharesOf({ load: 0.3, zones, servers })['there']).toBeGreaterThan(0.3)
    expect(sharesOf({ load: 0.3, zones, zone: 'here', servers })).toEqual({ here: 1, there: 0 })
  })
})

describe('the report begins with who comes first', () => {
  test('and how much of what those can carry is asked of them', () => {
    expect(reportOf(twoClouds(0.3), 0.3)).toContain(
      '- Every payment goes to own (priority 0) for as long as those are healthy: 47 % of what they can carry. The others stand by.',
    )
  })

  test('and recommends no strategy where that is too much', () => {
    const report = reportOf({ ...twoClouds(0.8), zone: 'here' }, 0.8)
    expect(report).toContain('At 80 % load, the servers that come first are overloaded, whatever the strategy')
    expect(report).toContain(
      'own (priority 0, zone here) for as long as those are healthy: 124 % of what they can carry',
    )
    expect(report).toContain('Give these a maxInFlight')
  })

  test('unless they hand over what is too much', () => {
    const report = reportOf(twoClouds(0.8, { maxInFlight: 8 }), 0.8)
    expect(report).toContain('At 80 % load, use ')
    expect(report).toContain('124 % of what they can carry. What their maxInFlight does not allow goes to the others.')
  })

  test('and says that a slow server stands by rather than ten shares of nothing', () => {
    const { reasons } = recommend(twoClouds(0.3), { requests: 1_000, seeds: 1 })
    expect(reasons.at(-1)).toBe(
      'slow needs 10 × the time of own, but stands by under every strategy: it gets next to no payments.',
    )
  })

  test('but not in a fleet of equals', () => {
    const { reasons } = recommend(
      { load: 0.3, servers: [{ ...pay, id: 'pay', count: 2 }] },
      { requests: 1_000, seeds: 1 },
    )
    expect(reasons[0]).toMatch(/^least-response-time: p99 /u)
  })
})

test('where no strategy keeps up, the report says so', () => {
  const servers = [{ ...pay, id: 'pay', count: 2, failures: [{ fromMs: 0, toMs: 1_000_000 }] }]
  expect(reportOf({ servers }, 0.8)).toMatch(
    /^At 80 % load, no strategy keeps up: .* 100\.0 % of the payments get no answer\.$/mu,
  )
})

test('the example of two clouds keeps up, with the default strategy', () => {
  const file = path.resolve(import.meta.dirname, '../../../../apps/docs/examples/two-clouds.json')
  const report = fleetReport(readFleetFile(file), { loads: [0.4], seed: 1, requests: 5_000 })
  expect(report).toContain('At 40 % load, use least-response-time.')
})
