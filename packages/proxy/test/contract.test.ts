import { adapterContract } from '@paylb/testing'
import { describe, expect, test } from 'vitest'
import { mountNode } from './support/mount.ts'

const rules = adapterContract.map((rule) => [rule.name, rule] as const)

describe('the adapter contract holds for a plain Node handler', () => {
  test.for(rules)('%s', async ([, rule]) => {
    expect(await rule.check(mountNode)).toBeUndefined()
  })
})
