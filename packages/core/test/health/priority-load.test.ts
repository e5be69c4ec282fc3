import { describe, expect, test } from 'vitest'
import { priorityLoad } from '../../src/health/priority-load.ts'
import { readVectors } from '../support/vectors.ts'

interface Vectors {
  readonly cases: readonly {
    readonly levels: readonly (readonly [hosts: number, healthy: number])[]
    readonly overprovisioning?: number
    readonly load: readonly number[]
    readonly panic: readonly boolean[]
  }[]
}

const { cases } = readVectors('priority-load') as Vectors
const loadOf = (levels: readonly (readonly [number, number])[], overprovisioning?: number) =>
  priorityLoad(
    levels.map(([hosts, healthy]) => ({ hosts, healthy })),
    overprovisioning,
  )

describe('the load of priorities', () => {
  test('has vectors to hold', () => {
    expect(cases.length).toBeGreaterThanOrEqual(10)
  })

  test.each(cases)('of $levels is $load', ({ levels, overprovisioning, load, panic }) => {
    expect(loadOf(levels, overprovisioning)).toEqual({ percents: load, panics: panic })
  })

  test.each([
    ['nobody', [], []],
    [
      'an empty level beside a whole one',
      [
        [0, 0],
        [2, 2],
      ],
      [0, 100],
    ],
    [
      'nobody but empty levels',
      [
        [0, 0],
        [0, 0],
      ],
      [0, 0],
    ],
    [
      'a whole level after one that is dead',
      [
        [3, 0],
        [3, 3],
        [3, 3],
      ],
      [0, 100, 0],
    ],
    ['one level, half alive', [[2, 1]], [100]],
  ] as const)('of %s: %j is %j', (_, levels, expected) => {
    expect(loadOf(levels).percents).toEqual(expected)
  })

  test.each([
    [undefined, [2, 1], [5, 1], [72, 28], [false, true]],
    [100, [4, 1], [4, 2], [34, 66], [true, false]],
  ] as const)(
    'where one level panics and the other does not (%s): %j and %j',
    (percent, first, second, load, panics) => {
      expect(loadOf([first, second], percent)).toEqual({ percents: load, panics })
    },
  )

  test('is always 100 % in whole numbers, and none for the dead while a level is not in panic', () => {
    for (let first = 0; first <= 7; first += 1) {
      for (let second = 0; second <= 5; second += 1) {
        const { percents, panics } = loadOf([
          [7, first],
          [5, second],
          [3, 1],
        ])
        expect(percents.reduce((sum, percent) => sum + percent, 0)).toBe(100)
        expect(percents.every((percent) => Number.isInteger(percent) && percent >= 0)).toBe(true)
        expect(first > 0 || panics.every(Boolean) || percents[0] === 0).toBe(true)
      }
    }
  })
})
