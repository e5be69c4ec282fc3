import { expect, test } from 'vitest'
import { runCell } from '../src/measure/run-cell.ts'
import { cellOf } from './support/cells.ts'

const generousMs = 20_000

test('a cell runs in a process of its own, each time in another', async () => {
  const cell = cellOf('misbehaving-cell', { how: 'answers' })
  const pids = [await runCell(cell, generousMs), await runCell(cell, generousMs)].map((result) =>
    result.ok ? (result.value as { pid: number }).pid : undefined,
  )
  expect(pids).toEqual([expect.any(Number), expect.any(Number)])
  expect(new Set([...pids, process.pid]).size).toBe(3)
})

test.for([
  ['throws', 'the peer has no such method'],
  ['exits', 'its process died: exit code 3'],
  ['crashes', 'its process died: signal SIGKILL'],
] as const)('a cell that %s is reported with the reason', async ([how, reason]) => {
  expect(await runCell(cellOf('misbehaving-cell', { how }), generousMs)).toEqual({ ok: false, reason })
})

test('a cell that hangs is ended at the limit and reported', async () => {
  const result = await runCell(cellOf('misbehaving-cell', { how: 'hangs' }), 700)
  expect(result).toEqual({ ok: false, reason: 'no result within 0.7 s; its process was ended' })
})

test('a module that cannot be loaded is reported', async () => {
  const result = await runCell(cellOf('no-such-cell'), generousMs)
  expect(result).toEqual({ ok: false, reason: expect.stringContaining('no-such-cell') })
})
