import { expect, test } from 'vitest'
import { playRandomAnswers } from '../../../proxy/test/attack/answers/random-answers.ts'
import { mountExpress, mountExpress4 } from '../support/mount.ts'

const doors = [
  { door: 'Express 5', mount: mountExpress },
  { door: 'Express 4', mount: mountExpress4 },
]

test.for(doors)('answers at random reach nobody but their caller, through $door', async ({ mount }) => {
  const { relayed, unknown } = await playRandomAnswers(mount, { seed: 3, runs: 20 })
  expect(relayed).toBeGreaterThan(15)
  expect(unknown).toBeGreaterThan(15)
})
