import { expect, test } from 'vitest'
import { mountNode } from '../support/mount.ts'
import { playRandomAnswers } from './answers/random-answers.ts'

test.for([1, 2])('answers at random reach nobody but their caller, through plain Node (seed %i)', async (seed) => {
  const { relayed, unknown } = await playRandomAnswers(mountNode, { seed, runs: 25 })
  expect(relayed).toBeGreaterThan(20)
  expect(unknown).toBeGreaterThan(20)
})
