import { expect, test } from 'vitest'
import { playRandomAnswers } from '../../../proxy/test/attack/answers/random-answers.ts'
import { mountKoa, mountKoa2 } from '../support/mount.ts'

const doors = [
  { door: 'Koa 3', mount: mountKoa },
  { door: 'Koa 2', mount: mountKoa2 },
]

test.for(doors)('answers at random reach nobody but their caller, through $door', async ({ mount }) => {
  const { relayed, unknown } = await playRandomAnswers(mount, { seed: 5, runs: 20 })
  expect(relayed).toBeGreaterThan(15)
  expect(unknown).toBeGreaterThan(15)
})
