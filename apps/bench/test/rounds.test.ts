import { expect, test } from 'vitest'
import type { CellResult } from '../src/measure/cell.ts'
import { runRounds } from '../src/measure/rounds.ts'

const [one, other] = ['one', 'other'].map((title) => ({ title, module: '', input: {} }))
if (one === undefined || other === undefined) throw new Error('two cells')

test('cells take turns, and keep the values of all rounds', async () => {
  const ran: string[] = []
  const run = async ({ title }: { title: string }): Promise<CellResult> => ({ ok: true, value: ran.push(title) })
  const outcomes = await runRounds<number>([one, other], { rounds: 3, run })
  expect(ran).toEqual(['one', 'other', 'one', 'other', 'one', 'other'])
  expect(outcomes.get(one)).toEqual({ ok: true, values: [1, 3, 5] })
  expect(outcomes.get(other)).toEqual({ ok: true, values: [2, 4, 6] })
})

test('a cell that fails once has no figure and is not tried again; the others go on', async () => {
  const ran: string[] = []
  const run = async ({ title }: { title: string }): Promise<CellResult> => {
    ran.push(title)
    return title === 'one' && ran.length > 2 ? { ok: false, reason: 'it died' } : { ok: true, value: 1 }
  }
  const outcomes = await runRounds<number>([one, other], { rounds: 3, run })
  expect(ran).toEqual(['one', 'other', 'one', 'other', 'other'])
  expect(outcomes.get(one)).toEqual({ ok: false, reason: 'it died' })
  expect(outcomes.get(other)).toEqual({ ok: true, values: [1, 1, 1] })
})
