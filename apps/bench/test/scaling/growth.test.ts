import { expect, test } from 'vitest'
import { chart } from '../../src/scaling/chart.ts'
import { tooSteep } from '../../src/scaling/growth.ts'
import type { Step } from '../../src/scaling/measured.ts'

function steps(...costs: readonly (number | undefined)[]): readonly Step[] {
  return costs.map((cost, index) => ({ size: 10 ** index, cost, failure: cost === undefined ? 'it died' : undefined }))
}

const same = (): number => 1

test('where size must not matter, a step may cost half as much again and no more', () => {
  expect(tooSteep(steps(10, 15, 22), same)).toEqual([])
  expect(tooSteep(steps(10, 15.1), same)).toEqual(['1 → 10: 1.51 ×, where 1.50 × is allowed'])
})

test('where there is more to do it may cost so much more', () => {
  expect(tooSteep(steps(10, 100), (size) => size)).toEqual([])
  expect(tooSteep(steps(10, 160), (size) => size)).toHaveLength(1)
})

test('a step that was not measured is no finding, and has no bar', () => {
  const series = { title: 'servers', unit: 'µs', steps: steps(10, undefined, 10), workOf: same }
  expect(tooSteep(series.steps, same)).toEqual([])
  expect(chart([series])).toContain('>–</text>')
})
