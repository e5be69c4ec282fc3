import { expect, test } from 'vitest'
import { strategies } from '../../src/index.ts'
import { candidates, context } from '../support/candidates.ts'
import { seededRandom } from '../support/seeded-random.ts'

const powerOfTwo = strategies['power-of-two']

test('with two servers it is exact least connections: the busier one is never picked', () => {
  const list = candidates({ inFlight: 3 }, { inFlight: 2 })
  const strategy = powerOfTwo()
  for (let seed = 0; seed < 200; seed += 1) expect(strategy.pick(list, context(seededRandom(seed)))).toBe(list[1])
})

test('with more servers the busiest is never picked, because it is always compared with another one', () => {
  const list = candidates({ inFlight: 1 }, { inFlight: 9 }, { inFlight: 1 }, { inFlight: 1 })
  const strategy = powerOfTwo()
  for (let seed = 0; seed < 500; seed += 1) expect(strategy.pick(list, context(seededRandom(seed)))).not.toBe(list[1])
})

test('counts requests in flight by weight', () => {
  const list = candidates({ inFlight: 3, weight: 1 }, { inFlight: 5, weight: 4 })
  expect(powerOfTwo().pick(list, context(seededRandom(1)))).toBe(list[1])
})
