import { expect, test } from 'vitest'
import { chart } from '../../src/scaling/chart.ts'
import { report } from '../../src/scaling/report.ts'
import { findingsOf, measureSeries } from '../../src/scaling/series.ts'
import type { Series } from '../../src/scaling/series.ts'

const columns = [
  { unit: 'µs', work: 'one at every size' },
  { unit: 'per second', work: undefined },
] as const

function measured(measure: (size: number, round: number) => number): Promise<Series> {
  const asked = new Map<number, number>()
  return measureSeries({
    title: 'servers',
    columns,
    sizes: [3, 10, 10_000],
    rounds: 3,
    onRound: () => {},
    measure: async (size) => {
      const round = (asked.get(size) ?? 0) + 1
      asked.set(size, round)
      return [measure(size, round), size]
    },
  })
}

test('a figure is the median of its rounds, which go over all sizes in turn', async () => {
  const order: number[] = []
  const { steps } = await measured((size, round) => {
    order.push(size)
    return [5, 100, 7][round - 1] ?? 0
  })
  expect(order).toEqual([3, 10, 10_000, 3, 10, 10_000, 3, 10, 10_000])
  expect(steps).toEqual(
    [3, 10, 10_000].map((size) => ({
      size,
      ok: true,
      figures: [7, size],
      rounds: [
        [5, size],
        [100, size],
        [7, size],
      ],
    })),
  )
})

test('a size that cannot be measured has its reason and no figure, no bar and no finding', async () => {
  const series = await measured((size) => {
    if (size === 10) throw new Error('it died')
    return size
  })
  expect(series.steps[1]).toEqual({ size: 10, ok: false, reason: 'it died' })
  expect(report(series)).toContain('not measured: 10: it died')
  expect(chart([series])).toContain('>–</text>')
  expect(findingsOf(series)).toEqual([])
})

test('a step that is too steep is told, and marked in the table', async () => {
  const series = await measured((size) => (size === 10_000 ? 30 : 10))
  expect(findingsOf(series)).toEqual(['servers, µs: 3.00 × per unit of work from 10 to 10000'])
  expect(report(series)).toMatch(/^10 000 +30\.0 +3\.00 ! +10 000$/mu)
})
