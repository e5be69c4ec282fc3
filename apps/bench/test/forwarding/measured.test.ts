import { expect, test } from 'vitest'
import type { Api } from '../../src/forwarding/api.ts'
import type { Contestant } from '../../src/forwarding/contestants/contestant.ts'
import { measureAll } from '../../src/forwarding/measured.ts'
import type { Means } from '../../src/forwarding/measured.ts'
import { loadsOf, makePlan, mostSecondsOf } from '../../src/forwarding/plan.ts'
import { contestants } from '../../src/forwarding/contestants/registry.ts'

const fakes = ['steady', 'absent', 'wrong', 'dying', 'last'].map((name): Contestant => ({
  name,
  kind: 'peer',
  runsIn: 'node',
  listen: () => Promise.reject(new Error('never run')),
}))
const usual = makePlan(fakes, { full: false, rounds: 2 })
const once = { requests: 100, fewestSeconds: 1, mostSeconds: 1 }
const plan = { ...usual, workloads: ['POST'] as const, warmUp: { first: once, further: once } }

/* APIs that use 50 µs for each of 100 requests, and what each fake does wrong. */
function fakeMeans(): Means & { readonly loaded: string[]; readonly ended: string[] } {
  const loaded: string[] = []
  const ended: string[] = []
  const start = ({ name }: Contestant): Promise<Api> => {
    if (name === 'absent') return Promise.reject(new Error('skipped: not installed'))
    let asked = 0
    const cpuMicroseconds = (): Promise<number> => Promise.resolve(5_000 * (asked += 1))
    return Promise.resolve({ url: name, cpuMicroseconds, end: () => void ended.push(name) })
  }
  return {
    loaded,
    ended,
    start,
    lookAt: (url) =>
      url === 'wrong' ? Promise.reject(new Error('its POST came with another key')) : Promise.resolve(),
    load: (url) => {
      loaded.push(url)
      if (url === 'dying' && loaded.filter((one) => one === url).length === 2) throw new Error('7 answers cut')
      return Promise.resolve({ requests: 100, microseconds: 10_000, p50: 1_000, p99: 2_000 })
    },
  }
}

test('who cannot start, answers wrong or fails in a round is named, and the others go on', async () => {
  const rows = await measureAll(plan, fakeMeans())
  const outcomes = rows.map(({ contestant, outcome }) => [
    contestant.name,
    outcome.ok ? outcome.values.length : outcome.reason,
  ])
  expect(outcomes).toEqual([
    ['steady', 2],
    ['absent', 'skipped: not installed'],
    ['wrong', 'its POST came with another key'],
    ['dying', '7 answers cut'],
    ['last', 2],
  ])
})

test('rounds go over everybody in turn, after a warm-up, and in the end every API is ended', async () => {
  const means = fakeMeans()
  await measureAll(plan, means)
  const warmUp = ['steady', 'dying', 'last']
  expect(means.loaded).toEqual([...warmUp, 'steady', 'dying', 'last', 'steady', 'last'])
  expect(means.ended.toSorted()).toEqual(['dying', 'last', 'steady', 'wrong'])
})

test.for([
  [{ requests: 250, fewestSeconds: 2, mostSeconds: 9 }, 3],
  [{ requests: 250, fewestSeconds: 2, mostSeconds: 3 }, 2],
] as const)('of 100 requests each, the warm-up %j takes %d loads', async ([first, loads]) => {
  const means = fakeMeans()
  const [row] = await measureAll({ ...plan, contestants: fakes.slice(0, 1), warmUp: { first, further: once } }, means)
  expect(means.loaded).toHaveLength(loads + plan.rounds)
  expect(row?.warmUpRequests).toBe(100 * loads)
})

test('a round is what wrk counted, and what the API used meanwhile', async () => {
  const [row] = await measureAll(plan, fakeMeans())
  expect(row?.outcome).toMatchObject({
    values: [
      { requestsPerSecond: 10_000, p50Ms: 1, p99Ms: 2, cpuMicrosecondsPerRequest: 50, coreShare: 0.5 },
      { requestsPerSecond: 10_000 },
    ],
  })
})

test('the short run takes less than three minutes, the full one measures more', () => {
  const [short, full] = [false, true].map((isFull) => makePlan(contestants, { full: isFull, rounds: undefined }))
  if (short === undefined || full === undefined) throw new Error('no plans')
  expect(mostSecondsOf(short)).toBeLessThan(180)
  expect(loadsOf(full)).toBeGreaterThan(loadsOf(short))
})
