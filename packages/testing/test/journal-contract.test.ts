import { memoryJournal } from '@paylb/core'
import { describe, expect, test } from 'vitest'
import { journalContract } from '../src/index.ts'
import type { OpenJournal } from '../src/index.ts'

const openMemory: OpenJournal = async (setting) => {
  const journal = memoryJournal(setting)
  return { journal, dispose: () => journal.close() }
}

describe('the journal contract holds for the memory journal', () => {
  const rules = journalContract.map((rule) => [rule.name, rule] as const)
  test.for(rules)('%s', async ([, rule]) => {
    expect(await rule.check(openMemory)).toBeUndefined()
  })
})
