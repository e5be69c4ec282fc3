import { expect, test } from 'vitest'
import { runCell } from '../../src/measure/run-cell.ts'
import { makePlan } from '../../src/pick/plan.ts'

/* One real cell of each part, on a small pool: it answers with figures, and they are counted, not made up. */

const limitMs = 20_000
const plan = makePlan({ full: false, only: ['random'], servers: [3, 10_000] })

test('a cell of picks answers with what it measured', async () => {
  const [cell] = plan.picks.filter(({ contestant }) => contestant === 'random')
  if (cell === undefined) throw new Error('no such cell')
  const input = { ...cell.input, warmUpMs: 5, measureMs: 5 }
  expect(await runCell({ ...cell, input }, limitMs)).toEqual({
    ok: true,
    value: { nanoseconds: expect.any(Number), picks: expect.any(Number), distinctServers: 3 },
  })
})

test.for([
  ['memory', plan.memory, ['bytesAsMade', 'bytesAfterTraffic']],
  ['changes', plan.changes, ['membershipWorstMs', 'membershipMedianMs', 'flapWorstMs', 'flapMedianMs', 'replaceMs']],
] as const)('a cell of %s answers with its figures', async ([, cells, names]) => {
  const [cell] = cells
  if (cell === undefined) throw new Error('no such cell')
  const result = await runCell({ ...cell, input: { ...cell.input, servers: 200 } }, limitMs)
  expect(result).toEqual({ ok: true, value: Object.fromEntries(names.map((name) => [name, expect.any(Number)])) })
})

test('bytes are not measured without control over garbage', async () => {
  const [cell] = plan.memory
  if (cell === undefined) throw new Error('no such cell')
  expect(await runCell({ ...cell, nodeFlags: [] }, limitMs)).toEqual({
    ok: false,
    reason: 'the process was started without --expose-gc',
  })
})
