import { expect, test } from 'vitest'
import { playRandomRequests } from '../../../proxy/test/attack/requests/random-requests.ts'
import { mountFastify } from '../support/mount.ts'

test('requests at random arrive as they were told of, through Fastify', async () => {
  const { arrived, refused } = await playRandomRequests(mountFastify, { seed: 4, runs: 60 })
  expect(arrived).toBeGreaterThan(30)
  expect(refused).toBeGreaterThan(30)
})
