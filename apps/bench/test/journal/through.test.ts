import { expect, test } from 'vitest'
import { contestants, durable } from '../../src/forwarding/contestants/registry.ts'
import type { Contestant } from '../../src/forwarding/contestants/contestant.ts'
import type { Row } from '../../src/forwarding/measured.ts'
import { report } from '../../src/journal/report.ts'
import { throughOf } from '../../src/journal/through.ts'

function row(contestant: Contestant, rates: readonly number[] | string): Row {
  const figures = { p50Ms: 1, p99Ms: 2, cpuMicrosecondsPerRequest: 50, coreShare: 1 }
  const outcome =
    typeof rates === 'string'
      ? ({ ok: false, reason: rates } as const)
      : ({ ok: true, values: rates.map((requestsPerSecond) => ({ ...figures, requestsPerSecond })) } as const)
  return { workload: 'POST', contestant, warmUpRequests: 40_000, outcome }
}

const memory = contestants.find(({ name }) => name === 'paylb')!

test('the share is the median of the pairs of each round', () => {
  const rows = [row(memory, [100, 200, 1_000]), row(durable, [70, 160, 100])]
  expect(throughOf(rows)).toMatchObject({ memory: 200, sqlite: 100, share: 0.7, standing: 'met' })
})

test('below 0.7 the target is missed', () => {
  expect(throughOf([row(memory, [100]), row(durable, [69])]).standing).toBe('missed')
})

test('a side that failed gives no share, and is named', () => {
  const through = throughOf([row(memory, [100]), row(durable, 'its process died')])
  expect(through).toMatchObject({ sqlite: undefined, share: undefined, standing: 'not measured' })
  expect(report({ pairs: [], fsyncMs: undefined }, through)).toContain(
    `not measured: ${durable.name}: its process died`,
  )
})

test('without wrk it says so', () => {
  expect(report({ pairs: [], fsyncMs: 0.5 }, undefined)).toContain('wrk is not installed')
})
