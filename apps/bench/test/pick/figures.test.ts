import { expect, test } from 'vitest'
import type { Cell } from '../../src/measure/cell.ts'
import type { CellOutcome } from '../../src/measure/rounds.ts'
import type { PicksFigure } from '../../src/pick/cells/picks.ts'
import { reference } from '../../src/pick/contestants/registry.ts'
import { failures, picksRows } from '../../src/pick/figures.ts'
import { losses } from '../../src/pick/losses.ts'
import { makePlan } from '../../src/pick/plan.ts'
import type { PicksCell } from '../../src/pick/plan.ts'
import { isLoss, standing } from '../../src/pick/targets.ts'

const plan = {
  ...makePlan({ full: false, only: ['random'], servers: [3, 10_000] }),
  allocation: [],
  memory: [],
  changes: [],
}

const measuredAs = (nanoseconds: (cell: PicksCell) => readonly number[] | string) =>
  new Map<Cell, CellOutcome<PicksFigure>>(
    plan.picks.map((cell) => {
      const given = nanoseconds(cell)
      if (typeof given === 'string') return [cell, { ok: false, reason: given }]
      return [cell, { ok: true, values: given.map((one) => ({ nanoseconds: one, picks: 1, distinctServers: 2 })) }]
    }),
  )

const usual = ({ contestant, servers }: PicksCell): readonly number[] =>
  contestant === reference ? [20] : servers === 3 ? [180, 200, 900] : [250]

const lossesOf = (nanoseconds: (cell: PicksCell) => readonly number[] | string): readonly string[] => {
  const picks = measuredAs(nanoseconds)
  return losses(picksRows(plan.picks, picks), plan, {
    picks,
    allocation: new Map(),
    memory: new Map(),
    changes: new Map(),
  })
}

test('a row has medians, its multiple of the reference, and its growth', () => {
  const row = picksRows(plan.picks, measuredAs(usual)).find(({ contestant }) => contestant === 'random')
  expect(row).toMatchObject({ timesReference: 10, growth: 1.25, isConstantTime: true, isOurs: true })
  expect(row?.sizes[0]).toMatchObject({ nanoseconds: 200, spread: 3.6 })
})

test('what was not measured has no figure, no ratio, and is listed with its reason', () => {
  const outcomes = measuredAs((cell) => (cell.contestant === reference ? 'it died' : usual(cell)))
  const rows = picksRows(plan.picks, outcomes)
  expect(rows[0]?.sizes[0]?.nanoseconds).toBeUndefined()
  expect(rows.map(({ timesReference }) => timesReference)).toEqual([undefined, undefined, undefined])
  expect(failures(outcomes)).toContainEqual({ title: `${reference}, n = 3, alone`, reason: 'it died' })
})

test('a figure at its target meets it; none is not measured', () => {
  expect([12, 12.01, undefined].map((figure) => standing(figure, 12))).toEqual(['met', 'missed', 'not measured'])
})

test('a check fails beyond 15 %, and for what could not be measured', () => {
  expect([12, 13.7, 13.9, undefined].map((figure) => isLoss(figure, 12))).toEqual([false, false, true, true])
  expect(lossesOf(usual)).toEqual([])
  expect(lossesOf((cell) => (cell.servers === 10_000 && cell.contestant !== reference ? [400] : usual(cell)))).toEqual([
    'random (alone): 2.00 × from 3 to 10 000 servers, at most 1.3',
    'random (mixed): 2.00 × from 3 to 10 000 servers, at most 1.3',
  ])
  expect(lossesOf((cell) => (cell.load === 'mixed' ? 'it died' : usual(cell)))).toHaveLength(2)
})
