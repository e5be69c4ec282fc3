import { adapterContract } from '@paylb/testing'
import { describe, expect, test } from 'vitest'
import { mountExpress } from './support/mount.ts'

const rules = adapterContract.map((rule) => [rule.name, rule] as const)

describe('the adapter contract holds for Express', () => {
  test.for(rules)('%s', async ([, rule]) => {
    expect(await rule.check(mountExpress)).toBeUndefined()
  })
})
