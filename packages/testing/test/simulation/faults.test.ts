import type { Candidate } from '@paylb/core'
import { simulate } from '@paylb/testing'
import type { FleetDescription, Span } from '@paylb/testing'
import { describe, expect, test } from 'vitest'

/* What a description says happens to a server must be what its payments meet. */

const requests = 10_000
const steady = { meanServiceMs: 50, distribution: 'constant' } as const

function shareOf(fleet: FleetDescription, kind: string, strategy: 'round-robin' | 'least-response-time'): number {
  const { servers } = simulate(fleet, { strategy, requests })
  return servers.filter((server) => server.kind === kind).reduce((sum, { share }) => sum + share, 0)
}

test('a server that fails answers with errors while it fails, and only then', () => {
  const servers = [{ id: 'failing', ...steady, failures: [{ fromMs: 20_000, toMs: 30_000, afterMs: 2 }] }]
  const { errors, payments, durationMs } = simulate(
    { servers, load: 0.5, health: false },
    { strategy: 'random', requests },
  )
  expect(Math.abs(errors.failed / payments - 10_000 / (durationMs * 0.9))).toBeLessThan(0.01)
})

test('with failover a failure is another server’s success', () => {
  const servers = [
    { id: 'pay', ...steady },
    { id: 'failing', ...steady, failures: [{ fromMs: 0, toMs: 1_000_000 }] },
  ]
  const fleet = { servers, load: 0.4, health: false } as const
  expect(simulate(fleet, { strategy: 'round-robin', requests }).errorShare).toBeCloseTo(0.5, 2)
  expect(simulate({ ...fleet, maxAttempts: 2 }, { strategy: 'round-robin', requests }).errorShare).toBe(0)
})

test('while a server is frozen nothing is answered, and then everything', () => {
  const servers = [{ id: 'frozen', ...steady, freezes: [{ fromMs: 40_000, toMs: 45_000 }] }]
  const fleet = { servers, load: 0.3, health: false } as const
  const patient = simulate(fleet, { strategy: 'random', requests })
  expect(patient.errorShare).toBe(0)
  expect(patient.latencyMs.p999).toBeGreaterThan(4_500)
  const hurried = simulate({ ...fleet, timeoutMs: 1_000 }, { strategy: 'random', requests })
  expect(hurried.errors['timed-out']).toBeGreaterThan(100)
  expect(hurried.latencyMs.p999).toBeLessThanOrEqual(1_000)
})

test('a zone adds its round trip to every payment', () => {
  const servers = [{ id: 'far', ...steady, workers: 100, zone: 'far' }]
  const { latencyMs } = simulate(
    { servers, zones: { far: { networkMs: 30 } }, load: 0.1 },
    { strategy: 'random', requests },
  )
  expect(latencyMs.p50).toBeCloseTo(80, 6)
})

test('a server that joins gets nothing before, and is slower at first', () => {
  const cold = { id: 'cold', ...steady, joinsAtMs: 20_000, coldStart: { factor: 10, forMs: 10_000 } }
  const fleet = { servers: [{ id: 'pay', ...steady, count: 2 }, cold], load: 0.4, health: { slowStartMs: 1 } }
  const { latencyMs, servers, durationMs } = simulate(fleet, { strategy: 'round-robin', requests })
  const sinceJoined = (durationMs - 20_000) / durationMs / 0.9
  expect(Math.abs((servers.at(-1)?.share ?? 0) - sinceJoined / 3)).toBeLessThan(0.02)
  expect(latencyMs.p999).toBeGreaterThan(400)
})

test('when no server can be picked the payment is an error, not an exception', () => {
  const servers = [{ id: 'only', ...steady, workers: 1, maxInFlight: 1 }]
  const { errors, payments } = simulate({ servers, load: 1 }, { strategy: 'random', requests })
  expect(errors['no-server'] / payments).toBeCloseTo(0.5, 1)
})

test.each<[string, () => Candidate]>([
  [
    'throws',
    () => {
      throw new Error('boom')
    },
  ],
  ['returns a stranger', () => ({}) as Candidate],
])('a strategy that %s has no figures: another one would have chosen', (_, pick) => {
  const servers = [{ id: 'pay', ...steady, count: 2 }]
  expect(() => simulate({ servers, load: 0.4 }, { strategy: { pick }, requests: 100 })).toThrow(/the strategy failed/u)
})

function withFailures(failures: readonly Span[]): FleetDescription['servers'] {
  return [
    { id: 'pay', meanServiceMs: 50, count: 2 },
    { id: 'failing', meanServiceMs: 50, failures },
  ]
}

describe('least-response-time', () => {
  test('a server that fails fast does not attract payments, without any ejection', () => {
    const fleet = { servers: withFailures([{ fromMs: 0, toMs: 1_000_000 }]), load: 0.4, health: false } as const
    expect(shareOf(fleet, 'failing', 'least-response-time')).toBeLessThan(0.02)
    expect(shareOf(fleet, 'failing', 'round-robin')).toBeGreaterThan(0.3)
  })

  test('a server that fails fast for 10 s gets its share back', () => {
    const fleet = { servers: withFailures([{ fromMs: 20_000, toMs: 30_000 }]), load: 0.5 }
    const { servers: shares, errorShare } = simulate(fleet, { strategy: 'least-response-time', requests: 60_000 })
    expect(shares.at(-1)?.share).toBeGreaterThan(0.25)
    expect(errorShare).toBeLessThan(0.001)
  })

  test('a slow server’s share falls far below its share of the capacity', () => {
    const fleet = {
      servers: [
        { id: 'pay', meanServiceMs: 50, count: 4 },
        { id: 'slow', meanServiceMs: 500 },
      ],
      load: 0.8,
    }
    expect(shareOf(fleet, 'slow', 'least-response-time')).toBeLessThan(0.1 / 4.1)
  })
})
