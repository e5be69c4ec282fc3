import { expect, test, vi } from 'vitest'
import { dangerousPaths, simulatePaymentSeeds } from '../../src/index.ts'

vi.setConfig({ testTimeout: 30_000 })

test('a small swarm breaks no promise, runs each seed the same twice, and reaches most of the dangerous places', async () => {
  const runs = await simulatePaymentSeeds({ seeds: 60, payments: 300, repeatEvery: 10 })
  expect(runs.broken?.violation?.message).toBeUndefined()
  expect(runs.unsteadySeed).toBeUndefined()
  expect(runs).toMatchObject({ seeds: 60, payments: 18_000 })
  expect(runs.coverage.missing.length).toBeLessThan(dangerousPaths.length / 10)
})

test('a swarm stops at the first seed that is broken, and says how', async () => {
  const runs = await simulatePaymentSeeds({ seeds: 60, payments: 100, misbehaviour: 'connect-as-proof' })
  expect(runs.broken?.violation?.message).toMatch(/payment \d+/u)
  expect(runs.broken?.seed).toBe(runs.seeds)
})
