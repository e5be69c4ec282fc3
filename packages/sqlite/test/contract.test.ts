import { journalContract } from '@paylb/testing'
import { describe, expect, test } from 'vitest'
import { openWound } from './support/wound-journals.ts'

describe('the journal contract holds for the SQLite journal', () => {
  const rules = journalContract.map((rule) => [rule.name, rule] as const)
  test.for(rules)('%s', async ([, rule]) => {
    expect(await rule.check(openWound)).toBeUndefined()
  })
})
