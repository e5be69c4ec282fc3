import { expect, test } from 'vitest'
import { growthOf } from '../../src/scaling/growth.ts'
import type { Point, Work } from '../../src/scaling/growth.ts'

const each: Work = 'one at every size'
const bytes: Work = 'one and its bytes'

function points(...values: readonly (number | undefined)[]): readonly Point[] {
  return values.map((value, index) => ({ size: 10 ** index, values: value === undefined ? undefined : [value] }))
}

function tooSteep(given: readonly Point[], work: Work): readonly boolean[] {
  return growthOf(given, work).map(({ isTooSteep }) => isTooSteep)
}

test('where size must not matter, a step may cost half as much again and no more', () => {
  expect(tooSteep(points(10, 15, 22), each)).toEqual([false, false, false])
  expect(tooSteep(points(10, 15.1, 15), each)).toEqual([false, true, false])
})

test('a body may cost as much more as it has more bytes, beside what an empty one costs', () => {
  const sizes = [0, 1_024, 65_536, 1_048_576, 10_000_000]
  const linear = sizes.map((size) => ({ size, values: [60 + size * 0.0015] }))
  expect(growthOf(linear, bytes).map(({ times }) => times?.toFixed(3))).toEqual([
    undefined,
    '1.000',
    '1.000',
    '1.000',
    '1.000',
  ])
})

test.for([
  ['the largest', (size: number) => size ** 2 / 1e9, [false, false, false, false, true]],
  ['one in the middle', (size: number) => (size >= 65_536 ? 500 : 0), [false, false, true, false, false]],
] as const)('a body that costs more than its bytes is found: %s', ([, more, expected]) => {
  const sizes = [0, 1_024, 65_536, 1_048_576, 10_000_000]
  const given = sizes.map((size) => ({ size, values: [60 + size * 0.0015 + more(size)] }))
  expect(tooSteep(given, bytes)).toEqual(expected)
})

test('what costs the same at every size does not grow, however many bytes there are', () => {
  expect(tooSteep(points(100, 90, 95), bytes)).toEqual([false, false, false])
})

test('beside a step that was not measured there is nothing to say', () => {
  expect(growthOf(points(10, undefined, 40), each).map(({ times }) => times)).toEqual([undefined, undefined, undefined])
})

test('steps are compared within a round, so a machine that slows down for both is no growth', () => {
  const given = [
    { size: 64, values: [90, 200, 90] },
    { size: 256, values: [100, 220, 200] },
  ]
  expect(growthOf(given, each)[1]?.times).toBeCloseTo(1.11)
})
