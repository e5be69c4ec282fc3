import { expect, test } from 'vitest'
import { playRandomRequests } from '../../../proxy/test/attack/requests/random-requests.ts'
import { belowPayments } from '../../../proxy/test/attack/requests/what-goes-on.ts'
import { mountExpress, mountExpress4 } from '../support/mount.ts'

/* Express 4 takes a second slash off together with the mount path. */
const belowPayments4 = (path: string): string | undefined => belowPayments(path)?.replace(/^\/\//u, '/')

const doors = [
  { door: 'Express 5', mount: mountExpress, belowMount: belowPayments },
  { door: 'Express 4', mount: mountExpress4, belowMount: belowPayments4 },
]

test.for(doors)('requests at random arrive as they were told of, through $door', async ({ mount, belowMount }) => {
  const { arrived, refused } = await playRandomRequests(mount, { seed: 3, runs: 40, belowMount })
  expect(arrived).toBeGreaterThan(30)
  expect(refused).toBeGreaterThan(30)
})
