import { expect, test } from 'vitest'
import { median, spread } from '../src/measure/statistics.ts'

test.for([
  [[5], 5],
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[1, 1_000, 2], 2],
] as const)('the median of %j is %d', ([values, middle]) => {
  expect(median(values)).toBe(middle)
})

test('the spread is the distance of the outermost values as a share of the median', () => {
  expect(spread([9, 10, 12])).toBeCloseTo(0.3)
  expect(spread([7])).toBe(0)
  expect(spread([0, 0])).toBe(0)
})

test('no values have no median', () => {
  expect(() => median([])).toThrow(RangeError)
})
