import type { Candidate, Strategy } from '@paylb/core'
import { simulate } from '@paylb/testing'
import { expect, test } from 'vitest'

const fleet = { servers: [{ id: 'pay', meanServiceMs: 50, count: 3 }], load: 0.3 }

test('an object with a pick is simulated as it is, registered nowhere', () => {
  const lastOne = { pick: (candidates: readonly Candidate[]) => candidates.at(-1) as Candidate }
  const result = simulate(fleet, { strategy: lastOne, requests: 1_000 })
  expect(result.servers.map(({ share }) => share)).toEqual([0, 0, 1])
  expect(result.strategy).toBe('custom')
})

function inTurn(): Strategy {
  let turn = -1
  const pick = (candidates: readonly Candidate[]): Candidate => {
    turn += 1
    return candidates.at(turn % candidates.length) as Candidate
  }
  return { name: 'in turn', pick }
}

test('a function is asked for a new strategy for every run, so that no run inherits another one’s turn', () => {
  const [one, other] = [1, 2].map(() => simulate(fleet, { strategy: inTurn, requests: 1_000 }))
  expect(one).toEqual(other)
})

test('what is no strategy is refused by the balancer', () => {
  expect(() => simulate(fleet, { strategy: 'fastest' as never })).toThrow(/^strategy: "fastest" is not allowed/u)
})

test.for([
  [{ requests: 0 }, 'requests: 0 is not allowed; expected a whole number from 10 to 1000000000'],
  [{ requests: 1.5 }, 'requests: 1.5 is not allowed; expected a whole number from 10 to 1000000000'],
  [{ seed: -1 }, 'seed: -1 is not allowed; expected a whole number from 0 to 4294967295'],
] as const)('%o is refused', ([options, message]) => {
  expect(() => simulate(fleet, { strategy: 'random', ...options })).toThrow(message)
})
