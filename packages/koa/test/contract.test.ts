import { adapterContract } from '@paylb/testing'
import { describe, expect, test } from 'vitest'
import { mountKoa, mountKoa2 } from './support/mount.ts'

const rules = adapterContract.map((rule) => [rule.name, rule] as const)

describe.each([
  ['Koa 3', mountKoa],
  ['Koa 2', mountKoa2],
])('the adapter contract holds for %s', (_name, mount) => {
  test.for(rules)('%s', async ([, rule]) => {
    expect(await rule.check(mount)).toBeUndefined()
  })
})
