import { describe, expect, test } from 'vitest'
import { chanceOf } from '../../src/simulation/chance.ts'
import type { Draw } from '../../src/simulation/chance.ts'
import { distributions } from '../../src/simulation/distributions.ts'
import type { Distribution } from '../../src/simulation/distributions.ts'

const count = 200_000

function meanAndVariance(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length }
}

function draws(): Draw[] {
  const chance = chanceOf(7)
  return Array.from({ length: count }, () => chance.nextDraw())
}

test('gaps between arrivals have the mean and the variance of an exponential distribution', () => {
  const chance = chanceOf(7)
  const { mean, variance } = meanAndVariance(Array.from({ length: count }, () => chance.nextGap()))
  expect(Math.abs(mean - 1)).toBeLessThan(0.01)
  expect(Math.abs(variance - 1)).toBeLessThan(0.02)
})

test('arrivals in equal spans are Poisson: their number varies by as much as its mean', () => {
  const chance = chanceOf(7)
  const meanPerSpan = 20
  const perSpan = Array.from({ length: 5_000 }, () => 0)
  for (let at = chance.nextGap() / meanPerSpan; at < perSpan.length; at += chance.nextGap() / meanPerSpan) {
    perSpan[Math.floor(at)] = (perSpan[Math.floor(at)] ?? 0) + 1
  }
  const { mean, variance } = meanAndVariance(perSpan)
  expect(Math.abs(mean / meanPerSpan - 1)).toBeLessThan(0.02)
  expect(Math.abs(variance / meanPerSpan - 1)).toBeLessThan(0.06)
})

test('normal draws are standard normal, tails included', () => {
  const normals = draws().map(({ normal }) => normal)
  const { mean, variance } = meanAndVariance(normals)
  expect(Math.abs(mean)).toBeLessThan(0.01)
  expect(Math.abs(variance - 1)).toBeLessThan(0.02)
  expect(Math.abs(normals.filter((normal) => normal > 2.326).length / count - 0.01)).toBeLessThan(0.001)
})

describe('service times have the mean 1 and the variance that their name says', () => {
  const cases: readonly (readonly [Distribution, number, number])[] = [
    ['constant', 1, 0],
    ['uniform', 1, 1 / 3],
    ['exponential', 1, 1],
    ['lognormal', 0.5, 0.25],
    ['lognormal', 1, 1],
  ]
  test.for(cases)('%s with variation %s', ([name, variation, expected]) => {
    const { mean, variance } = meanAndVariance(draws().map((draw) => distributions[name](draw, variation)))
    expect(Math.abs(mean - 1)).toBeLessThan(0.01)
    expect(Math.abs(variance - expected)).toBeLessThan(0.05)
  })
})
