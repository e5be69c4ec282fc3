import { expect, test } from 'vitest'
import { contestants, reference } from '../../src/run/contestants.ts'
import { figuresOf } from '../../src/run/figures.ts'

const [alone, cockatiel, , , , ours] = contestants

function figures(theirs: readonly number[], paylb: readonly number[]): ReturnType<typeof figuresOf> {
  if (alone === undefined || cockatiel === undefined || ours === undefined) throw new Error('somebody is missing')
  return figuresOf(
    new Map([
      [alone, { ok: false, reason: 'it died' }],
      [cockatiel, { ok: true, values: theirs }],
      [ours, { ok: true, values: paylb }],
    ]),
  )
}

test('the reference and paylb are among the contestants', () => {
  expect(cockatiel?.name).toBe(reference)
  expect(ours?.hasTarget).toBe(true)
})

test('a ratio is one of medians, and up to three times the reference meets the target', () => {
  expect(figures([90, 100, 900], [300, 290, 2_000])[2]).toMatchObject({ timesReference: 3, target: 'met' })
  expect(figures([100], [301])[2]?.target).toBe('missed')
})

test('what failed has no figure, and says why', () => {
  expect(figures([100], [100])[0]).toEqual({
    name: 'the call alone',
    nanoseconds: undefined,
    timesReference: undefined,
    target: undefined,
    failure: 'it died',
  })
})

test('without the reference there is no ratio, and no target is met', () => {
  expect(figures([], [100])[2]).toMatchObject({ timesReference: undefined, target: 'not measured' })
})
