import { expect, test } from 'vitest'

import { Pace } from '../../src/health-check/pace.ts'
import { Streak } from '../../src/health-check/streak.ts'

/* The two decisions of a checker that need no time and no socket. */

const options = { intervalMs: 1_000, jitter: 0.2 }

test.each([
  [0, 0],
  [0.25, 250],
  [0.999, 999],
])('with chance %d the first check comes after %d ms of an interval of 1 000', (chance, ms) => {
  expect(new Pace(options, () => chance).firstMs()).toBe(ms)
})

test.each([
  [0, 800],
  [0.5, 1_000],
  [0.75, 1_100],
])('with chance %d and a jitter of 0.2 the next check comes after %d ms', (chance, ms) => {
  expect(new Pace(options, () => chance).nextMs(false)).toBeCloseTo(ms)
})

test('without jitter the interval is exact', () => {
  expect(new Pace({ ...options, jitter: 0 }, Math.random).nextMs(false)).toBe(1_000)
})

test('while nobody needs to know, the interval doubles, up to four times; then it is normal again at once', () => {
  const pace = new Pace(options, () => 0.5)
  expect([true, true, true, false, true].map((canWait) => pace.nextMs(canWait))).toEqual([
    2_000, 4_000, 4_000, 1_000, 2_000,
  ])
})

test('after a slow time the checks are spread over one interval again', () => {
  const pace = new Pace(options, () => 0.5)
  pace.nextMs(true)
  expect(pace.isSlow).toBe(true)
  expect([pace.firstMs(), pace.isSlow, pace.nextMs(true)]).toEqual([500, false, 2_000])
})

test.each([
  ['passes in a row settle it, and each further one', 'pp p', [undefined, true, true]],
  ['failures in a row settle it, and each further one', 'fff f', [undefined, undefined, false, false]],
  ['one failure begins the passes anew', 'pfp p', [undefined, undefined, undefined, true]],
  ['one pass begins the failures anew', 'ffpfff', [undefined, undefined, undefined, undefined, undefined, false]],
  ['passes from before an ejection do not count', 'pp e pp', [undefined, true, undefined, true]],
  ['failures from before an ejection do', 'ff e f', [undefined, undefined, false]],
])('%s: %s', (_name, checks, settled) => {
  const streak = new Streak({ healthyAfter: 2, unhealthyAfter: 3 })
  const found = checks
    .replaceAll(' ', '')
    .split('')
    .flatMap((check) => {
      if (check === 'e') streak.forgetPasses()
      return check === 'e' ? [] : [streak.add(check === 'p')]
    })
  expect(found).toEqual(settled)
})
