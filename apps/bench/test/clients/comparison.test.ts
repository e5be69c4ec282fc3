import { expect, test } from 'vitest'
import { compare } from '../../src/clients/comparison.ts'
import { standing } from '../../src/clients/targets.ts'

/* Chance that is the same each time (a linear congruential generator). */
function seeded(): () => number {
  let state = 42
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}

test('a ratio is the median of the pairs, whatever the machine does from round to round', () => {
  const theirs = Array.from({ length: 31 }, (_, round) => 1_000 * (1 + (round % 5)))
  expect(
    compare(
      theirs.map((value) => value * 0.97),
      theirs,
      seeded(),
    ),
  ).toEqual({
    ratio: expect.closeTo(0.97, 10) as number,
    low: expect.closeTo(0.97, 10) as number,
    high: expect.closeTo(0.97, 10) as number,
  })
})

test('the interval holds the ratio, and is wider where rounds differ more', () => {
  const theirs = Array.from({ length: 30 }, () => 1)
  const widths = [0.01, 0.1].map((step) => {
    const ours = theirs.map((_, round) => 1 + (round % 3) * step)
    const { ratio = Number.NaN, low = Number.NaN, high = Number.NaN } = compare(ours, theirs, seeded()) ?? {}
    expect([low <= ratio, ratio <= high]).toEqual([true, true])
    return high - low
  })
  expect(widths[1]).toBeGreaterThan(widths[0] ?? Number.NaN)
})

test('without rounds there is no figure', () => {
  expect(compare([], [1])).toBeUndefined()
  expect(compare([1], [])).toBeUndefined()
})

test.for([
  [{ ratio: 1, low: 0.97, high: 1.02 }, 'met'],
  [{ ratio: 0.95, low: 0.93, high: 0.97 }, 'undecided'],
  [{ ratio: 0.8, low: 0.75, high: 0.85 }, 'missed'],
  [undefined, 'not measured'],
] as const)('%j beside 0.95 is %s', ([found, expected]) => {
  expect(standing(found, 0.95)).toBe(expected)
})
