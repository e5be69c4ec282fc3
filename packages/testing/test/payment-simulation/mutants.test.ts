import { describe, expect, test, vi } from 'vitest'
import { huntFor } from './support/apply-mutant.ts'
import { designedMutants, formerDefects } from './support/mutants.ts'

vi.setConfig({ testTimeout: 40_000, maxConcurrency: 2 })

/* A hunt ends at its first catch, which takes 36 seeds at the most now; the rest is for the day on which chance is drawn otherwise. */
const hunt = { seeds: 300, payments: 200 }
const longHunt = { seeds: 300, payments: 500 }
const cleanRun = { seeds: 40, payments: 500 }

describe.concurrent('the simulation catches a balancer that', () => {
  test.for(designedMutants.map((mutant) => [mutant.name, mutant] as const))('%s', async ([, mutant]) => {
    expect(await huntFor(mutant, hunt)).toMatchObject({ message: expect.stringMatching(mutant.shows) })
  })

  test.for(formerDefects.map((mutant) => [mutant.name, mutant] as const))('%s, as it once did', async ([, mutant]) => {
    expect(await huntFor(mutant, longHunt)).toMatchObject({ message: expect.stringMatching(mutant.shows) })
  })
})

describe.concurrent('a copy of core without a mutant', () => {
  test.for([undefined, 'ledger-removal', 'process-pause', 'process-suspension'] as const)(
    'is not caught (loud: %s)',
    async (loud) => {
      expect(await huntFor({ edits: [], ...(loud === undefined ? {} : { loud }) }, cleanRun)).toEqual({})
    },
  )
})

test.for<[string, string]>([
  ['is not there', 'a line that nobody wrote'],
  ['is there more than once', 'remaining'],
])('a mutant whose place %s is refused', async ([, find]) => {
  const edits = [{ file: 'failover/decide.ts', find, put: '' }]
  await expect(huntFor({ edits }, hunt)).rejects.toThrow(/^failover\/decide\.ts has \d+ of/u)
})
