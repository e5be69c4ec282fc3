import { recommend, simulate } from '@paylb/testing'
import type { FleetDescription } from '@paylb/testing'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { fleetReport, readFleetFile } from '../../src/simulation/command/fleet-report.ts'

const example = path.resolve(import.meta.dirname, '../../../../apps/docs/examples/fleet.json')
const pay = { id: 'pay', meanServiceMs: 50 }

describe('a wrong description is refused by path, value and what is allowed', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [[], 'fleet: [] is not allowed; expected an object'],
    [{}, 'fleet.servers: undefined is not allowed; expected an array of at least one server'],
    [{ servers: [] }, 'fleet.servers: [] is not allowed; expected an array of at least one server'],
    [{ server: [pay] }, 'fleet.server: unknown; known are name, servers, load'],
    [{ servers: [pay], load: 80 }, 'fleet.load: 80 is not allowed; expected a number above 0, up to 10'],
    [{ servers: [pay], load: Number.NaN }, 'fleet.load: NaN is not allowed'],
    [{ servers: ['pay'] }, 'fleet.servers[0]: "pay" is not allowed; expected an object'],
    [
      { servers: [{ id: 'pay' }] },
      'fleet.servers[0].meanServiceMs: undefined is not allowed; expected a number above 0',
    ],
    [{ servers: [{ ...pay, worker: 1 }] }, 'fleet.servers[0].worker: unknown; known are id, count'],
    [
      { servers: [{ ...pay, workers: 'eight' }] },
      'fleet.servers[0].workers: "eight" is not allowed; expected a whole number',
    ],
    [
      { servers: [{ ...pay, distribution: 'normal' }] },
      'fleet.servers[0].distribution: "normal" is not allowed; expected "constant"',
    ],
    [{ servers: [{ ...pay, weight: -1 }] }, 'fleet.servers[0].weight: -1 is not allowed; expected a number from 0'],
    [
      { servers: [{ ...pay, zone: 'eu' }] },
      'fleet.servers[0].zone: "eu" is not allowed; expected no zone, as fleet.zones has none',
    ],
    [{ servers: [{ ...pay, zone: 'eu' }], zones: { us: { networkMs: 1 } } }, 'expected one of fleet.zones: us'],
    [
      { servers: [pay], zone: 'eu', zones: { us: { networkMs: 1 } } },
      'fleet.zone: "eu" is not allowed; expected one of fleet.zones: us',
    ],
    [
      { servers: [pay], zone: 'us', zones: { us: { networkMs: 1 } } },
      'fleet.zone: "us" is not allowed; expected a zone in which at least one of fleet.servers stands',
    ],
    [{ servers: [pay], zone: 7 }, 'fleet.zone: 7 is not allowed; expected a string that is not empty'],
    [
      { servers: [{ ...pay, priority: 'first' }] },
      'fleet.servers[0].priority: "first" is not allowed; expected a whole number from 0 to 10000',
    ],
    [
      { servers: [pay], zones: { us: {} } },
      'fleet.zones.us.networkMs: undefined is not allowed; expected a number from 0',
    ],
    [
      { servers: [pay, pay] },
      'fleet.servers[1].id: "pay" is not allowed; expected an id that fleet.servers[0].id does not have already',
    ],
    [{ servers: [{ ...pay, coldStart: { factor: 2 } }] }, 'fleet.servers[0].coldStart.forMs: undefined is not allowed'],
    [
      { servers: [{ ...pay, failures: {} }] },
      'fleet.servers[0].failures: {} is not allowed; expected an array of spans',
    ],
    [
      { servers: [{ ...pay, freezes: [{ fromMs: 2, toMs: 1 }] }] },
      'fleet.servers[0].freezes[0].toMs: 1 is not allowed; expected more than 2',
    ],
    [
      {
        servers: [
          {
            ...pay,
            freezes: [
              { fromMs: 1, toMs: 5 },
              { fromMs: 4, toMs: 6 },
            ],
          },
        ],
      },
      'fleet.servers[0].freezes[1].fromMs: 4 is not allowed; expected at least 5',
    ],
    [
      { servers: [{ ...pay, joinsAtMs: 5 }] },
      'fleet.servers[0].joinsAtMs: 5 is not allowed; expected 0 for at least one server',
    ],
    [
      {
        servers: [
          { ...pay, count: 10_000 },
          { ...pay, id: 'more' },
        ],
      },
      'fleet.servers: 10001 is not allowed; expected at most 10000',
    ],
    [{ servers: [pay], health: { ejectionMS: 1 } }, 'health.ejectionMS: unknown option; did you mean ejectionMs?'],
  ]
  test.for(cases)('%o', ([description, message]) => {
    const run = (): unknown => simulate(description as FleetDescription, { strategy: 'random', requests: 10 })
    expect(run).toThrow(message)
  })
})

test('a file that is not there, or no JSON, is named', () => {
  expect(() => readFleetFile('nowhere.json')).toThrow(/^nowhere\.json: ENOENT/u)
  expect(() => readFleetFile(import.meta.filename)).toThrow(/fleet-files\.test\.ts: Unexpected token/u)
})

describe('on the example, four servers in two clouds with one 10 × slower', () => {
  const fleet = readFleetFile(example)
  const { strategy, reasons, ranking } = recommend(fleet, { requests: 20_000 })

  test('least-response-time is recommended', () => {
    expect(strategy).toBe('least-response-time')
    expect(ranking[0]?.strategy).toBe(strategy)
    expect(ranking[0]?.errorShare).toBe(0)
  })

  test('the slow server’s share is the reason: more than twice as much with least-connections', () => {
    const shares = new Map(ranking.map((one) => [one.strategy, one.shares.get('slow') ?? 0]))
    expect(shares.get('least-connections')).toBeGreaterThan(2 * (shares.get('least-response-time') ?? 1))
    expect(reasons.join('\n')).toMatch(/slow needs 10 × the time of own\. Its share .*least-response-time \d\.\d %/u)
  })

  test('the report says so below the table, with p99, the limit and the stability over seeds', () => {
    const report = fleetReport(fleet, { loads: [0.8], seed: 1, requests: 2_000 })
    expect(report).toContain('| `least-response-time`')
    expect(report).toMatch(
      /At 80 % load, use least-response-time\.\n- least-response-time: p99 \d+ ms \(median of 5 seeds\)/u,
    )
    expect(report).toMatch(/Between the 5 seeds its p99 goes from \d+ ms to \d+ ms/u)
    expect(report).toMatch(/The limit, a picker that knows all remaining work: \d+ ms/u)
  })
})

test('a strategy whose payments fail is never recommended for its low p99', () => {
  const servers = [
    { ...pay, count: 2 },
    { ...pay, id: 'broken', failures: [{ fromMs: 0, toMs: 1_000_000 }] },
  ]
  const { ranking } = recommend({ servers, load: 0.6, health: false }, { requests: 5_000, seeds: 3 })
  const errorShares = ranking.map(({ errorShare }) => errorShare)
  expect(errorShares[0]).toBeLessThan(Math.min(...errorShares) + 0.002)
})
