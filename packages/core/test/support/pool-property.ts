import * as fc from 'fast-check'
import type { FleetOptions } from './fleet.ts'
import { PoolModel } from './pool-model.ts'
import { steps } from './pool-steps.ts'

/** Lives of a pool at random, the same in every run, of which each must keep the rules. */
export async function holdsFor(options: FleetOptions, numRuns: number): Promise<void> {
  const rule = fc.asyncProperty(steps, fc.nat(), async (life, seed) => {
    const model = new PoolModel({ seed, ...options })
    for (const step of life) model.take(step)
    await model.finish()
  })
  await fc.assert(rule, { seed: 17, numRuns })
}
