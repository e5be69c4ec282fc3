import { expect, test } from 'vitest'
import { playRandomRequests } from '../../../proxy/test/attack/requests/random-requests.ts'
import { mountKoa, mountKoa2 } from '../support/mount.ts'

const doors = [
  { door: 'Koa 3', mount: mountKoa },
  { door: 'Koa 2', mount: mountKoa2 },
]

test.for(doors)('requests at random arrive as they were told of, through $door', async ({ mount }) => {
  const { arrived, refused } = await playRandomRequests(mount, { seed: 5, runs: 40 })
  expect(arrived).toBeGreaterThan(30)
  expect(refused).toBeGreaterThan(30)
})
