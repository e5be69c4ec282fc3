import { adapterContract } from '@paylb/testing'
import { describe, expect, test } from 'vitest'
import { mountKoa } from './support/mount.ts'

describe('the adapter contract holds for Koa', () => {
  test.for(adapterContract)('$name', async (rule) => {
    await expect(rule.check(mountKoa)).resolves.toBeUndefined()
  })
})
