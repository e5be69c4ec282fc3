import { describe, expect, test } from 'vitest'
import type { Health, HealthOptions, Verdict } from '../../src/index.ts'
import { ejectionLimit, healthAt, mayProbe, newlyHealthy, observe } from '../../src/health/health.ts'
import type { Observation } from '../../src/health/health.ts'
import { present } from '../support/present.ts'

const options: HealthOptions = {
  consecutiveConnectionFailures: 3,
  consecutiveFailures: 5,
  windowMs: 30_000,
  minFailures: 5,
  minGap: 0.05,
  ejectionMs: 10_000,
  maxEjectionMs: 300_000,
  ejectionJitter: 0.2,
  maxEjected: undefined,
  minAvailable: 1,
  freezeShare: 0.5,
  probationSuccesses: 2,
  slowStartMs: 30_000,
  slowStartAggression: 1,
  ejectOnUnauthorized: false,
}

const startMs = 1_000

/* The letters of a history: success, failed answer, failed connection, neutral, overloaded. */
const letters: Record<string, Pick<Observation, 'verdict' | 'connection'>> = {
  s: { verdict: 'success', connection: false },
  f: { verdict: 'failure', connection: false },
  c: { verdict: 'failure', connection: true },
  n: { verdict: 'neutral', connection: false },
  o: { verdict: 'overloaded', connection: false },
}

interface Circumstances {
  readonly nowMs?: number
  readonly mayEject?: boolean
  readonly isOutlier?: boolean
  readonly chance?: number
}

function after(before: Health, history: string, circumstances: Circumstances = {}): Health {
  const { nowMs = startMs, mayEject = true, isOutlier = false, chance = 0.5 } = circumstances
  return history
    .split('')
    .reduce(
      (health, letter) => observe(health, { ...present(letters[letter]), nowMs, mayEject, isOutlier, chance }, options),
      before,
    )
}

const healthy = newlyHealthy(startMs)
const onProbation: Health = { state: 'probation', successes: 0, ejections: 1, sinceMs: startMs }

describe('a healthy server', () => {
  test.each([
    ['stays after two failed connections', 'cc', 'healthy'],
    ['is ejected after three failed connections in a row', 'ccc', 'ejected'],
    ['stays after four failures', 'ffff', 'healthy'],
    ['is ejected after five failures of any kind in a row', 'fffff', 'ejected'],
    ['is ejected after five failures of mixed kinds', 'cfcfc', 'ejected'],
    ['counts connections in a row, not in sum', 'ccfcc', 'ejected'],
    ['counts connections anew after a failed answer', 'ccfc', 'healthy'],
    ['is forgiven everything by a success', 'ccsccsffffsffff', 'healthy'],
    ['is not touched by neutral outcomes', 'nnnnnnnnnn', 'healthy'],
    ['is not helped by neutral outcomes', 'cnncnc', 'ejected'],
    ['is not ejected for being overloaded', 'oooooooooo', 'healthy'],
    ['is not helped by being overloaded', 'cocoooc', 'ejected'],
    ['is not hurt by a hundred successes', 's'.repeat(100), 'healthy'],
  ])('%s', (_, history, state) => {
    expect(after(healthy, history).state).toBe(state)
  })

  test('stays while the pool cannot do without it, and goes with the next failure once it can', () => {
    const kept = after(healthy, 'cccccccc', { mayEject: false })
    expect(kept.state).toBe('healthy')
    expect(after(kept, 'c').state).toBe('ejected')
  })

  test('is the same object as long as nothing changes', () => {
    expect(after(healthy, 'snso')).toBe(healthy)
  })
})

function untilMs(health: Health): number {
  return health.state === 'ejected' ? health.untilMs - startMs : Number.NaN
}

describe('how long an ejection lasts', () => {
  test.each([
    [0, 10_000],
    [1, 20_000],
    [4, 50_000],
    [29, 300_000],
    [100, 300_000],
  ])('after %d ejections: %d ms', (ejections, expectedMs) => {
    expect(untilMs(after(newlyHealthy(startMs, ejections), 'ccc'))).toBe(expectedMs)
  })

  test.each([
    [0, 8_000],
    [0.5, 10_000],
    [1, 12_000],
  ])('with a chance of %d: %d ms', (chance, expectedMs) => {
    expect(untilMs(after(healthy, 'ccc', { chance }))).toBeCloseTo(expectedMs, 6)
  })

  test('is never longer than the limit, jitter included', () => {
    expect(untilMs(after(newlyHealthy(startMs, 50), 'ccc', { chance: 1 }))).toBe(300_000)
  })

  test.each([
    [0, 3, 4],
    [59_999, 3, 4],
    [60_000, 3, 3],
    [125_000, 3, 2],
    [3_600_000, 3, 1],
  ])('one is forgiven per healthy minute: after %d ms, %d ejections become %d', (healthyMs, before, ejections) => {
    const health = after(newlyHealthy(startMs, before), 'ccc', { nowMs: startMs + healthyMs })
    expect(health).toMatchObject({ state: 'ejected', ejections })
  })
})

describe('an ejected server', () => {
  const ejected: Health = { state: 'ejected', untilMs: startMs + 10_000, ejections: 2 }

  test.each(['s', 'f', 'c', 'n', 'o'])('is not changed by what was sent before: %s', (letter) => {
    expect(after(ejected, letter)).toBe(ejected)
  })

  test.each([
    [9_999, 'ejected'],
    [10_000, 'probation'],
    [99_000, 'probation'],
  ])('%d ms later is %s', (laterMs, state) => {
    expect(healthAt(ejected, startMs + laterMs).state).toBe(state)
  })

  test('keeps its ejections on probation', () => {
    expect(healthAt(ejected, startMs + 10_000)).toEqual({
      state: 'probation',
      successes: 0,
      ejections: 2,
      sinceMs: startMs + 10_000,
    })
  })
})

describe('a server on probation', () => {
  test.each([
    ['stays after one success', 's', 'probation'],
    ['is healthy after two successes', 'ss', 'healthy'],
    ['is ejected by one failure', 'f', 'ejected'],
    ['is ejected by a failure after a success', 'sc', 'ejected'],
    ['is not changed by neutral outcomes', 'nnnn', 'probation'],
    ['keeps its successes through neutral outcomes', 'sns', 'healthy'],
    ['begins again when it is overloaded', 'sos', 'probation'],
  ])('%s', (_, history, state) => {
    expect(after(onProbation, history).state).toBe(state)
  })

  test('is ejected for longer than before', () => {
    expect(after(onProbation, 'c')).toMatchObject({ state: 'ejected', ejections: 2, untilMs: startMs + 20_000 })
  })

  test('stays on probation where the pool cannot do without it', () => {
    expect(after(onProbation, 'sc', { mayEject: false })).toEqual(onProbation)
  })

  test('keeps its ejections in mind when it is healthy again', () => {
    expect(after(onProbation, 'ss')).toMatchObject({ state: 'healthy', ejections: 1, healthySinceMs: startMs })
  })

  test.each([
    ['a safe or keyed request at once', false, 0, 0, true],
    ['a bare payment only after a second', true, 0, 999, false],
    ['a bare payment after a second', true, 0, 1_000, true],
    ['no second request beside the first', false, 1, 5_000, false],
  ])('is tried with %s', (_, isBare, inFlight, laterMs, expected) => {
    expect(mayProbe(onProbation, inFlight, isBare, startMs + laterMs)).toBe(expected)
  })

  test('is the only one that is probed', () => {
    expect(mayProbe(healthy, 0, false, startMs)).toBe(false)
    expect(mayProbe({ state: 'ejected', untilMs: 0, ejections: 1 }, 0, false, startMs)).toBe(false)
  })
})

describe('how many may be ejected', () => {
  test.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 1],
    [5, 2],
    [6, 2],
    [7, 3],
    [100, 49],
  ])('of %d servers: %d', (servers, limit) => {
    expect(ejectionLimit(servers, options)).toBe(limit)
  })

  test.each([
    [{ maxEjected: 0 }, 5, 0],
    [{ maxEjected: 4 }, 5, 4],
    [{ maxEjected: 50 }, 5, 4],
    [{ maxEjected: 50 }, 1, 0],
    [{ minAvailable: 4 }, 5, 1],
    [{ minAvailable: 9 }, 5, 0],
    [{ maxEjected: 3, minAvailable: 3 }, 5, 2],
  ])('with %j, of %d servers: %d', (changes, servers, limit) => {
    expect(ejectionLimit(servers, { ...options, ...changes })).toBe(limit)
  })
})

test('the reducer does not depend on anything but its arguments', () => {
  const frozen = Object.freeze({ ...healthy })
  const verdict: Verdict = 'failure'
  const seen = Object.freeze({ verdict, connection: true, nowMs: startMs, mayEject: true, isOutlier: false, chance: 0 })
  expect(observe(frozen, seen, options)).toEqual(observe(frozen, seen, options))
})
