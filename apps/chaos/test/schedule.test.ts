import { seededRandom } from '@paylb/testing'
import { describe, expect, test } from 'vitest'
import { Coverage } from '../src/faults/coverage.ts'
import { serverFaultKinds } from '../src/faults/fault-kinds.ts'
import { drawRound } from '../src/faults/schedule.ts'
import type { Round } from '../src/faults/schedule.ts'
import { fullTimes, shortTimes } from '../src/settings.ts'

const seeds = Array.from({ length: 50 }, (_value, index) => index)

function draw(seed: number, { pace } = fullTimes): Round {
  return drawRound(3, pace, seededRandom(seed))
}

describe('a round', () => {
  test('is the same for the same seed, and another one for another seed', () => {
    for (const seed of seeds) expect(draw(seed)).toEqual(draw(seed))
    expect(new Set(seeds.map((seed) => JSON.stringify(draw(seed)))).size).toBe(seeds.length)
  })

  test('has every kind of fault once', () => {
    for (const seed of seeds) {
      const kinds = draw(seed).tracks.flatMap((track) => track.map((step) => step.kind))
      expect(kinds.toSorted()).toEqual(serverFaultKinds.toSorted())
    }
  })

  test('kills the API while it lasts', () => {
    for (const seed of seeds) {
      const { tracks, apiKillsAfterMs } = draw(seed)
      const lengthsMs = tracks.map((track) => track.reduce((sumMs, step) => sumMs + step.gapMs + step.lastsMs, 0))
      expect(apiKillsAfterMs).toHaveLength(1)
      expect(apiKillsAfterMs[0]).toBeLessThan(Math.max(...lengthsMs))
    }
  })

  test.each([fullTimes, shortTimes])('pauses a server for longer than an answer is waited for', (times) => {
    for (const seed of seeds) {
      const pauses = draw(seed, times).tracks.flatMap((track) => track.filter((step) => step.kind === 'pause'))
      for (const pause of pauses) expect(pause.lastsMs).toBeGreaterThan(times.timeouts.headMs)
    }
  })

  test('has answers that are slow but in time, and others that are too late', () => {
    for (const seed of seeds) {
      const steps = draw(seed).tracks.flat()
      const msOf = (kind: string) => steps.find((step) => step.kind === kind)?.strength.ms
      expect(msOf('slow')).toBeLessThan(fullTimes.timeouts.headMs)
      expect(msOf('too slow')).toBeGreaterThan(fullTimes.timeouts.headMs)
    }
  })
})

test('a fault that was set and never hit a payment is not reached; one that was never set is not missed', () => {
  const coverage = new Coverage()
  coverage.add('kill', 3)
  coverage.add('pause', 0)
  coverage.add('slow', 0)
  coverage.add('slow', 1)
  expect(coverage.unreached()).toEqual(['pause'])
  expect(coverage.of('slow')).toEqual({ steps: 2, hits: 1 })
})
