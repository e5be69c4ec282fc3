import { expect, test } from 'vitest'
import { chart } from '../../src/forwarding/chart.ts'
import { contestants } from '../../src/forwarding/contestants/registry.ts'
import { figuresOf } from '../../src/forwarding/figures.ts'
import type { RoundFigure, Row } from '../../src/forwarding/measured.ts'
import { makePlan } from '../../src/forwarding/plan.ts'
import { figuresReport, targetsReport } from '../../src/forwarding/report.ts'
import { leastTimesPeer, standings } from '../../src/forwarding/targets.ts'

const usual: RoundFigure = {
  requestsPerSecond: 10_000,
  p50Ms: 5,
  p99Ms: 9,
  cpuMicrosecondsPerRequest: 40,
  coreShare: 1,
}

/* What a contestant reached in each round, beside the usual; a text is why it failed. */
function rowOf(name: string, given: readonly Partial<RoundFigure>[] | string): Row {
  const contestant = contestants.find((one) => one.name === name)
  if (contestant === undefined) throw new Error(`there is no ${name}`)
  if (typeof given === 'string')
    return { workload: 'POST', contestant, warmUpRequests: 0, outcome: { ok: false, reason: given } }
  const values = given.map((one) => ({ ...usual, ...one }))
  return { workload: 'POST', contestant, warmUpRequests: 40_000, outcome: { ok: true, values } }
}

test.for([
  [50, 'met', false],
  [50.4, 'missed', false],
  [60, 'missed', true],
] as const)('%d µs beside the ceiling of 40 µs: %s', ([cost, verdict, isLost]) => {
  const rows = [rowOf('ceiling', [{}]), rowOf('paylb', [{ cpuMicrosecondsPerRequest: cost }])]
  expect(standings(rows)).toMatchObject([{ target: '≤ 1.25', verdict, isLost }])
})

test.for([
  [14_000, 9, 'met', false],
  [14_000, 10, 'met, but p99 is worse', false],
  [13_000, 8, 'missed', false],
  [12_000, 8, 'missed', true],
] as const)('%d req/s with p99 of %d ms beside 10 000 with 9 ms: %s', ([speed, p99Ms, verdict, isLost]) => {
  const rows = [rowOf('http-proxy-middleware', [{}]), rowOf('paylb-express', [{ requestsPerSecond: speed, p99Ms }])]
  expect(standings(rows)).toMatchObject([{ target: '≥ 1.4', verdict, isLost }])
})

test('ratios are paired by round, so a machine that slows down for both is no loss', () => {
  const costs = [40, 80, 40]
  const rows = [
    rowOf(
      'ceiling',
      costs.map((cost) => ({ cpuMicrosecondsPerRequest: cost })),
    ),
    rowOf(
      'paylb',
      costs.map((cost) => ({ cpuMicrosecondsPerRequest: 1.2 * cost })),
    ),
  ]
  const [standing] = standings(rows)
  expect(standing?.ratio?.least).toBeCloseTo(1.2)
  expect(standing?.ratio?.most).toBeCloseTo(1.2)
})

test('who was not measured has no number anywhere, and no verdict but that', () => {
  const rows = [rowOf('ceiling', [{}]), rowOf('paylb', 'its process died'), rowOf('nginx', 'skipped: not installed')]
  const found = standings(rows)
  const figures = figuresOf(rows)
  expect(found).toMatchObject([{ verdict: 'not measured', ratio: undefined, isLost: true }])
  expect(targetsReport(found)).toMatch(/–\s+–\s+not measured/)
  const report = figuresReport(figures, makePlan([], { full: false, rounds: undefined }))
  expect(report).toMatch(/POST {2}paylb(?:\s+–){6}\n/)
  expect(report).toContain('not measured: POST  nginx: skipped: not installed')
  expect(chart(figures)).not.toContain('paylb')
})

test('who was hardly warm is named', () => {
  const rows = [rowOf('ceiling', [{}]), { ...rowOf('paylb', [{}]), warmUpRequests: 10_000 }]
  const report = figuresReport(figuresOf(rows), makePlan([], { full: false, rounds: undefined }))
  expect(report.match(/^hardly warm.*$/gmu)).toEqual(['hardly warm, so dearer than it is: POST  paylb'])
})

test('a target of whom the run leaves out is not spoken of', () => {
  expect(standings([rowOf('paylb', [{}]), rowOf('koa-proxies', [{}])])).toEqual([])
})

test('every target names contestants that there are', () => {
  const names = contestants.map(({ name }) => name)
  expect(names).toEqual(
    expect.arrayContaining(['paylb', 'ceiling', ...leastTimesPeer.flatMap(([us, peer]) => [us, peer])]),
  )
})

test('the picture has a bar for each figure, and text that can be read on white and on black', () => {
  const figures = figuresOf([rowOf('ceiling', [{}]), rowOf('paylb', [{}]), rowOf('httpxy', [{}])])
  const picture = chart(figures)
  expect(picture.match(/<rect /gu)).toHaveLength(3)
  expect(picture).toContain('prefers-color-scheme: dark')
})
