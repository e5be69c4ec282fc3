import { expect, test } from 'vitest'
import { strategies } from '../../src/index.ts'
import type { StrategyName } from '../../src/index.ts'
import type { FleetOptions } from '../support/fleet.ts'
import { holdsFor } from '../support/pool-property.ts'

test.each(Object.keys(strategies) as StrategyName[])(
  'whatever happens to a pool with %s: counts are true, limits hold, nobody suffers for another',
  async (strategy) => {
    await expect(holdsFor({ strategy }, 60)).resolves.toBeUndefined()
  },
)

test.each<FleetOptions>([
  { maxInFlight: 5 },
  { panic: 'all', health: { maxEjected: 9, freezeShare: 1 } },
  { panic: 'least-bad', health: { ejectOnUnauthorized: true, ejectionMs: 1_000 } },
  { health: false },
])('and with the options %j', async (options) => {
  await expect(holdsFor({ strategy: 'random', ...options }, 60)).resolves.toBeUndefined()
})
