import { expect, test } from 'vitest'
import { complaintsOf, trendsOf } from '../../src/soak/verdict.ts'
import type { Sample } from '../../src/soak/sample.ts'

const nothingLeft = { resources: [], inFlight: 0 }
const steady: Sample = { requests: 0, residentMib: 100, heapMib: 20, handles: 30, loopDelayMs: 8 }

function samples(change: (nth: number) => Partial<Sample>): readonly Sample[] {
  return Array.from({ length: 30 }, (_, nth) => ({ ...steady, ...change(nth) }))
}

test('a steady process passes, however noisy single samples are', () => {
  const noisy = samples((nth) => (nth % 5 === 0 ? { residentMib: 180, heapMib: 40, handles: 90, loopDelayMs: 80 } : {}))
  expect(complaintsOf(trendsOf(noisy), nothingLeft, 0)).toEqual([])
})

test('what fills up at first is not held against it', () => {
  expect(complaintsOf(trendsOf(samples((nth) => ({ heapMib: Math.min(nth * 4, 20) }))), nothingLeft, 0)).toEqual([])
})

test.each([
  ['residentMib', 4],
  ['heapMib', 0.5],
  ['handles', 8],
  ['loopDelayMs', 2],
] as const)('%s that grows and grows is told', (figure, perSample) => {
  const growing = samples((nth) => ({ [figure]: steady[figure] + nth * perSample }))
  expect(complaintsOf(trendsOf(growing), nothingLeft, 0)).toEqual([expect.stringContaining(`${figure} grew from`)])
})

test('whatever is left after the drain is told', () => {
  const trends = trendsOf(samples(() => ({})))
  expect(complaintsOf(trends, { resources: ['Timeout'], inFlight: 2 }, 1)).toEqual([
    'left after the drain: Timeout',
    '2 requests are still counted as in flight',
    '1 callers got no answer',
  ])
})

test('too few samples say nothing', () => {
  expect(() => trendsOf([steady])).toThrow(RangeError)
})
