import { adapterContract } from '@paylb/testing'
import { describe, expect, test } from 'vitest'
import { mountExpress } from './support/mount.ts'

describe('the adapter contract holds for Express', () => {
  test.for(adapterContract)('$name', async (rule) => {
    await expect(rule.check(mountExpress)).resolves.toBeUndefined()
  })
})
