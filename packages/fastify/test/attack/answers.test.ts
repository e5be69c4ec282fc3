import { expect, test } from 'vitest'
import { playRandomAnswers } from '../../../proxy/test/attack/answers/random-answers.ts'
import { mountFastify } from '../support/mount.ts'

test('answers at random reach nobody but their caller, through Fastify', async () => {
  const { relayed, unknown } = await playRandomAnswers(mountFastify, { seed: 4, runs: 25 })
  expect(relayed).toBeGreaterThan(20)
  expect(unknown).toBeGreaterThan(20)
})
