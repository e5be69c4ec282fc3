import { memoryJournal } from '@paylb/core'
import { playAgainstModel } from '@paylb/testing'
import type { OpenJournal } from '@paylb/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openWound } from './support/wound-journals.ts'

const openMemory: OpenJournal = async (setting) => {
  const journal = memoryJournal(setting)
  return { journal, dispose: () => journal.close() }
}

const number = fc.nat({ max: 59 })
const steps = fc.array(fc.tuple(number, number, number, number), { maxLength: 60, size: 'max' })

test.each([
  ['memory', openMemory, 500],
  ['SQLite', openWound, 15],
] as const)('the %s journal answers as the model does, whatever it is asked', async (_name, open, numRuns) => {
  await expect(
    fc.assert(
      fc.asyncProperty(steps, (some) => playAgainstModel(open, some)),
      { numRuns, seed: 23 },
    ),
  ).resolves.toBeUndefined()
})
