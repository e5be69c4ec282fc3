import { strategies } from '@paylb/core'
import { references, simulate, standardFleets } from '@paylb/testing'
import { describe, expect, test } from 'vitest'
import { compare } from '../../src/simulation/comparison.ts'
import { sectionOf } from '../../src/simulation/command/documents.ts'
import { pictureOf } from '../../src/simulation/command/picture.ts'

const all = { ...strategies, ...references }
const fleet = standardFleets['one-slow']

describe('the same seed gives the same result, another seed another one', () => {
  test.for(Object.entries(all))('%s', ([, strategy]) => {
    const run = (seed: number): unknown => simulate(fleet, { strategy, seed, requests: 3_000 })
    expect(run(1)).toEqual(run(1))
    expect(run(2)).not.toEqual(run(1))
  })
})

function written(): string {
  const comparison = compare(fleet, { loads: [0.8, 0.95], seed: 5, requests: 3_000 })
  return sectionOf(new Map([['one-slow', comparison]]), 'pnpm simulate') + pictureOf(comparison)
}

test('what is written is the same, byte for byte', () => {
  expect(written()).toBe(written())
})

test('two strategies at the same seed meet the same payments', () => {
  const alone = { servers: [{ id: 'only', meanServiceMs: 50 }] }
  const [one, other] = (['random', 'round-robin'] as const).map((strategy) =>
    simulate(alone, { strategy, requests: 2_000 }),
  )
  expect(one?.latencyMs).toEqual(other?.latencyMs)
})
