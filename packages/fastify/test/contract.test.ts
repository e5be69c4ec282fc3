import { adapterContract } from '@paylb/testing'
import { describe, expect, test } from 'vitest'
import { mountFastify } from './support/mount.ts'

describe('the adapter contract holds for Fastify', () => {
  test.for(adapterContract)('$name', async (rule) => {
    await expect(rule.check(mountFastify)).resolves.toBeUndefined()
  })
})
