import { expect, test } from 'vitest'
import type { Calls } from '../../src/soak/callers.ts'
import { report } from '../../src/soak/report.ts'
import type { Sample } from '../../src/soak/sample.ts'
import { complaintsOf, trendsOf } from '../../src/soak/verdict.ts'

const nothingLeft = { resources: [], inFlight: 0, unsettled: 7 }
const calls: Calls = { made: 100, answered: 99, succeeded: 95, left: 1, unanswered: 0 }
const steady: Sample = { requests: 0, residentMib: 100, heapMib: 20, sockets: 30, otherHandles: 4, loopDelayMs: 8 }

function samples(change: (nth: number) => Partial<Sample>): readonly Sample[] {
  return Array.from({ length: 30 }, (_, nth) => ({ ...steady, ...change(nth) }))
}

function complaints(change: (nth: number) => Partial<Sample>): readonly string[] {
  return complaintsOf(trendsOf(samples(change)), nothingLeft, calls)
}

test('a steady process passes, however noisy single samples are', () => {
  const peak = { residentMib: 180, heapMib: 40, sockets: 90, otherHandles: 40, loopDelayMs: 80 }
  expect(complaints((nth) => (nth % 5 === 0 ? peak : {}))).toEqual([])
})

test('what fills up at first is not held against it', () => {
  expect(complaints((nth) => ({ heapMib: Math.min(nth * 4, 20) }))).toEqual([])
})

test('connections that come with a standstill and go again are no leak', () => {
  expect(complaints((nth) => ({ sockets: nth > 20 && nth < 29 ? 128 : 30 }))).toEqual([])
})

test.each([
  ['residentMib', 4],
  ['heapMib', 0.5],
  ['sockets', 2],
  ['otherHandles', 1],
  ['loopDelayMs', 2],
] as const)('%s that grows and grows is told', (figure, perSample) => {
  expect(complaints((nth) => ({ [figure]: steady[figure] + nth * perSample }))).toEqual([
    expect.stringContaining(`${figure} grew from`),
  ])
})

test('whatever is left after the drain is told', () => {
  const left = { resources: ['Timeout'], inFlight: 2, unsettled: 0 }
  expect(complaintsOf(trendsOf(samples(() => ({}))), left, { ...calls, unanswered: 1 })).toEqual([
    'left after the drain: Timeout',
    '2 requests are still counted as in flight',
    '1 callers got no answer',
  ])
})

test('a run in which little succeeded is no pass', () => {
  expect(complaintsOf(trendsOf(samples(() => ({}))), nothingLeft, { ...calls, succeeded: 69 })).toEqual([
    'only 69 of 100 calls succeeded: this says nothing',
  ])
})

test('too few samples say nothing', () => {
  expect(() => trendsOf([steady])).toThrow(RangeError)
})

test('the table shows both ends and the limit between them', () => {
  const all = samples((nth) => ({ otherHandles: nth }))
  const text = report({ adapter: 'koa', calls, samples: all, left: nothingLeft }, trendsOf(all))
  expect(text).toMatch(/^koa .*at first .*at last .*limit/u)
  expect(text).toMatch(/heapMib +20\.0 +20\.0 +≤ 24\.0 +flat/u)
  expect(text).toMatch(/otherHandles +6\.00 +22\.0 +≤ 15\.2 +grew/u)
})
