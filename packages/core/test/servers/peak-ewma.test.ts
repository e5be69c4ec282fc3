import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { averageAt, averageCells, forgetSamples, observeSample } from '../../src/servers/peak-ewma.ts'

interface Vectors {
  readonly decayOf1000: readonly (readonly [number, number])[]
  readonly blend: readonly {
    readonly prior: number
    readonly observed: number
    readonly afterMs: number
    readonly result: number
  }[]
}

const file = new URL('../vectors/peak-ewma.json', import.meta.url)
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors
const startMs = 7_000
const relativeTolerance = 1e-3

/* Somewhere in a row, so that a cell that is not its own would be noticed. */
const place = 3

class Average {
  readonly #numbers = new Float64Array(place + averageCells)

  constructor() {
    forgetSamples(this.#numbers, place)
  }

  observe(sampleMs: number, nowMs: number): void {
    observeSample(this.#numbers, place, sampleMs, nowMs)
  }

  at(nowMs: number): number | undefined {
    return averageAt(this.#numbers, place, nowMs)
  }
}

function after(...samples: readonly (readonly [number, number])[]): Average {
  const average = new Average()
  for (const [sampleMs, atMs] of samples) average.observe(sampleMs, startMs + atMs)
  return average
}

function off(seen: number | undefined, expected: number): number {
  return Math.abs((seen ?? Number.NaN) / expected - 1)
}

describe('the peak-sensitive response time', () => {
  test('is not known before the first sample', () => {
    expect(new Average().at(startMs)).toBeUndefined()
  })

  test.each(vectors.decayOf1000)('of 1000 ms has decayed after %d s to %d', (seconds, expected) => {
    expect(off(after([1_000, 0]).at(startMs + seconds * 1_000), expected)).toBeLessThan(relativeTolerance)
  })

  test.each(vectors.blend)('$prior blends with $observed after $afterMs ms to $result', (one) => {
    const average = after([one.prior, 0], [one.observed, one.afterMs])
    expect(off(average.at(startMs + one.afterMs), one.result)).toBeLessThan(relativeTolerance)
  })

  test('is replaced at once by a slower sample', () => {
    expect(after([10, 0], [4_000, 1]).at(startMs + 1)).toBe(4_000)
  })

  test('comes down by many fast samples', () => {
    const average = after([4_000, 0])
    for (let ms = 100; ms <= 60_000; ms += 100) average.observe(10, startMs + ms)
    expect(average.at(startMs + 60_000)).toBeLessThan(25)
  })

  test('takes a time before the last sample for the same moment', () => {
    const average = after([1_000, 500], [400, 0])
    expect(average.at(startMs + 500)).toBe(1_000)
    expect(average.at(startMs)).toBe(1_000)
  })
})
