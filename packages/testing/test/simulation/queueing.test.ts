import { simulate } from '@paylb/testing'
import type { FleetDescription, ServerDescription } from '@paylb/testing'
import { describe, expect, test } from 'vitest'

/* What is known of queues by calculation must come out of the simulation. */

const patient = { timeoutMs: 1_000_000, health: false } as const
const requests = 300_000

function oneServer(server: Partial<ServerDescription>, load: number): FleetDescription {
  return { ...patient, load, servers: [{ id: 'only', meanServiceMs: 10, ...server }] }
}

describe('one worker with exponential times answers after 1 / (μ − λ) on the average', () => {
  test.for([0.3, 0.5, 0.7, 0.8])('at load %s', (load) => {
    const fleet = oneServer({ workers: 1, distribution: 'exponential' }, load)
    const { latencyMs } = simulate(fleet, { strategy: 'random', seed: 3, requests })
    expect(latencyMs.mean / (10 / (1 - load))).toBeCloseTo(1, 1)
    expect(Math.abs(latencyMs.mean / (10 / (1 - load)) - 1)).toBeLessThan(0.04)
  })
})

test('the response time of that queue is exponential: its p99 is ln 100 means', () => {
  const fleet = oneServer({ workers: 1, distribution: 'exponential' }, 0.7)
  const { latencyMs } = simulate(fleet, { strategy: 'random', seed: 3, requests })
  expect(Math.abs(latencyMs.p99 / (Math.log(100) * (10 / 0.3)) - 1)).toBeLessThan(0.06)
})

test('constant times halve the wait: Pollaczek and Khinchine', () => {
  const { latencyMs } = simulate(oneServer({ workers: 1, distribution: 'constant' }, 0.8), {
    strategy: 'random',
    seed: 3,
    requests,
  })
  expect(Math.abs((latencyMs.mean - 10) / ((0.8 * 10) / (2 * 0.2)) - 1)).toBeLessThan(0.05)
})

test('with two workers and exponential times the mean is 1 / (1 − ρ²) service times', () => {
  const { latencyMs } = simulate(oneServer({ workers: 2, distribution: 'exponential' }, 0.8), {
    strategy: 'random',
    seed: 3,
    requests,
  })
  expect(Math.abs(latencyMs.mean / (10 / (1 - 0.64)) - 1)).toBeLessThan(0.04)
})

describe('a server is busy for the share of time that the load says', () => {
  test.for([0.2, 0.5, 0.9])('at load %s', (load) => {
    const { servers } = simulate(oneServer({ workers: 4 }, load), { strategy: 'random', seed: 3, requests })
    expect(Math.abs((servers[0]?.utilisation ?? 0) - load)).toBeLessThan(0.02)
  })
})

test('an overloaded server is busy all the time and its line only grows', () => {
  const { servers, latencyMs } = simulate(oneServer({ workers: 2 }, 2), {
    strategy: 'random',
    seed: 3,
    requests: 20_000,
  })
  expect(servers[0]?.utilisation).toBeGreaterThan(0.999)
  expect(latencyMs.p99).toBeGreaterThan(30_000)
})
