import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { strategies } from '../../src/index.ts'
import type { Outcome, PickRequest, StrategyName } from '../../src/index.ts'
import { callerGone, declined, overloaded, refusedConnection, serverError, succeeded } from '../support/outcomes.ts'
import { PoolModel } from '../support/pool-model.ts'
import type { Step } from '../support/pool-model.ts'

const number = fc.nat(20)
const outcome = fc.constantFrom<Outcome[]>(
  refusedConnection,
  refusedConnection,
  serverError,
  overloaded,
  succeeded,
  declined,
  callerGone,
)
const request = fc.constantFrom<PickRequest[]>(
  { method: 'GET' },
  { method: 'POST' },
  { method: 'POST', key: 'order-17' },
)
const ending = fc.constantFrom('complete' as const, 'cut' as const, 'abandoned' as const)

const pick = fc.record({ do: fc.constant('pick' as const), excluded: fc.array(number, { maxLength: 3 }), request })
const record = fc.record({ do: fc.constant('record' as const), lease: number, outcome })
const release = fc.record({ do: fc.constant('release' as const), lease: number, ending })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: pick },
  { weight: 8, arbitrary: record },
  { weight: 6, arbitrary: release },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fail' as const), server: number, outcome }) },
  { weight: 1, arbitrary: fc.constant({ do: 'add' } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('remove' as const, 'drain' as const), server: number }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('update' as const), server: number, weight: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.nat(15_000) }) },
)

test.each(Object.keys(strategies) as StrategyName[])(
  'whatever happens to a pool with %s: counts are true, limits hold, nobody suffers for another',
  async (strategy) => {
    const rule = fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120 }), fc.nat(), async (steps, seed) => {
      const model = new PoolModel({ strategy, seed })
      for (const one of steps) model.take(one)
      await model.finish()
    })
    await expect(fc.assert(rule, { seed: 17, numRuns: 80 })).resolves.toBeUndefined()
  },
)
