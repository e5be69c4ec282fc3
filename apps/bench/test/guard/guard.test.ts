import { expect, test } from 'vitest'
import { hold } from '../../src/guard/guard.ts'

/* A thing whose measurements are these, in turn; the last one goes on. */
function measured(...series: readonly (number | Error)[]): {
  names: string[]
  measure: () => Promise<number[]>
  times: number
} {
  const thing = {
    names: ['a ÷ b'],
    times: 0,
    measure: async (): Promise<number[]> => {
      const next = series[Math.min(thing.times, series.length - 1)]
      thing.times += 1
      if (next === undefined || next instanceof Error) throw next ?? new Error('nothing')
      return [next]
    },
  }
  return thing
}

const recorded = { 'a ÷ b': 2 }

test.each([
  ['as recorded', 2, false],
  ['quicker', 1, false],
  ['15 % slower', 2.3, false],
  ['16 % slower', 2.32, true],
  ['not a number', Number.NaN, true],
])('what is %s is a loss or not', async (_, ratio, isLoss) => {
  expect(await hold(measured(ratio), recorded)).toMatchObject([{ isLoss }])
})

test('what holds is measured once', async () => {
  const thing = measured(2)
  await hold(thing, recorded)
  expect(thing.times).toBe(1)
})

test('noise that passes is no loss: the lowest of the tries counts', async () => {
  expect(await hold(measured(4, 3, 2.1), recorded)).toMatchObject([{ measured: 2.1, isLoss: false }])
})

test('what is never measured is a loss, and says why', async () => {
  expect(await hold(measured(new Error('it died')), recorded)).toMatchObject([
    { measured: undefined, isLoss: true, failure: 'it died' },
  ])
})

test('what was never recorded is a loss', async () => {
  expect(await hold(measured(1), {})).toMatchObject([{ recorded: undefined, isLoss: true }])
})
