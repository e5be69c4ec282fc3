import { adapterContract } from '@paylb/testing'
import { describe, expect, test } from 'vitest'
import { mountNode } from './support/mount.ts'

describe('the adapter contract holds for a plain Node handler', () => {
  test.for(adapterContract)('$name', async (rule) => {
    await expect(rule.check(mountNode)).resolves.toBeUndefined()
  })
})
