import { median } from '../measure/statistics.ts'

/*
 * Whether a cost grows faster than the work. Where a size must not matter, the work is one request, or one server, at
 * every size. A larger body is more work, but no ten times the work of one that is a tenth of it: there is the request
 * itself, which is as much work as the bytes that cost the same. How many these are is read from both ends of the series.
 */

/** What one unit of work is. */
export type Work = 'one at every size' | 'one and its bytes'

/** A figure at one size, round by round; undefined where it was not measured. */
export interface Point {
  readonly size: number
  readonly values: readonly number[] | undefined
}

/** How the cost of a unit of work went from the step before. */
export interface Growth {
  /** 1: as much as before. Undefined where one of the two was not measured. */
  readonly times: number | undefined
  readonly isTooSteep: boolean
}

/** Noise of a shared machine, and then some. */
export const mostTimes = 1.5

/**
 * The growth at each size; at the first there is none. It is the median of the ratios within each round, so a machine
 * that slows down for both steps is no growth.
 */
export function growthOf(points: readonly Point[], work: Work): readonly Growth[] {
  const workAt = work === 'one at every size' ? () => 1 : workOfBytes(points)
  return points.map(({ size, values }, index) => {
    const before = points[index - 1]
    if (before?.values === undefined || values === undefined) return { times: undefined, isTooSteep: false }
    const times = (pairedRatio(values, before.values) * workAt(before.size)) / workAt(size)
    return { times, isTooSteep: times > mostTimes }
  })
}

function pairedRatio(values: readonly number[], others: readonly number[]): number {
  return median(values.map((value, round) => value / (others[round] ?? Number.NaN)))
}

function workOfBytes(points: readonly Point[]): (bytes: number) => number {
  const measured = points.flatMap(({ size, values }) => (values === undefined ? [] : [{ size, value: median(values) }]))
  const [first, last] = [measured[0], measured.at(-1)]
  if (first === undefined || last === undefined || last.value <= first.value) return () => 1
  const perByte = (last.value - first.value) / (last.size - first.size)
  const emptyValue = first.value - first.size * perByte
  return (bytes) => emptyValue / perByte + bytes
}
