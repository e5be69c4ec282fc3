import { strategies } from '@paylb/core'
import type { StrategyName } from '@paylb/core'
import { strategyContract, strategyWeightContract } from '@paylb/testing'
import { describe, expect, test } from 'vitest'
import { brokenStrategies } from './support/broken-strategies.ts'

const names = Object.keys(strategies) as StrategyName[]
const ignoringWeights: readonly StrategyName[] = ['round-robin', 'random']

describe.each(names)('the strategy contract holds for %s', (name) => {
  const rules = ignoringWeights.includes(name) ? strategyContract : [...strategyContract, ...strategyWeightContract]

  test.for(rules.map((rule) => [rule.name, rule] as const))('%s', async ([, rule]) => {
    expect(await rule.check(() => strategies[name]())).toBeUndefined()
  })
})

describe('the strategy contract', () => {
  const rules = new Map([...strategyContract, ...strategyWeightContract].map((rule) => [rule.name, rule]))
  const check = async (name: string, make: (typeof brokenStrategies)[number]['make']) => rules.get(name)?.check(make)

  test.each(brokenStrategies)('finds out a strategy that $fault: $rule', async ({ rule, found, make }) => {
    await expect(check(rule, make)).rejects.toThrow(found)
  })

  test.each([...rules.keys()])('has a strategy that breaks the rule: %s', (name) => {
    expect(brokenStrategies.map(({ rule }) => rule)).toContain(name)
  })

  test('leaves clock and chance as they were', async () => {
    const { now } = Date
    for (const { rule, make } of brokenStrategies.filter(({ fault }) => fault.startsWith('reads'))) {
      await expect(check(rule, make)).rejects.toThrow('was not given to it')
    }
    expect(Date.now).toBe(now)
    expect([Math.random(), performance.now()].every(Number.isFinite)).toBe(true)
  })
})
