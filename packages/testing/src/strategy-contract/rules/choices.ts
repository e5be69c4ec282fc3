import assert from 'node:assert/strict'
import type { Candidate, Strategy } from '@paylb/core'
import { seededRandom } from '../../seeded-random.ts'
import { Scene } from '../scene.ts'
import { stillCandidates, stillContext } from '../still-candidates.ts'
import type { StrategyRule } from '../strategy-rule.ts'
import { withoutAmbience } from '../without-ambience.ts'

const fleets = [[1], [1, 1], [5, 1, 1], [0.5, 1.5, 2, 1], Array.from({ length: 40 }, (_, index) => 1 + (index % 3))]

/** Rules on single choices. */
export const choices: readonly StrategyRule[] = [
  {
    name: 'it returns a member of the list that it is given, whatever the list',
    check: (make) => {
      for (const weights of fleets) {
        const scene = new Scene(make(), { weights })
        const random = seededRandom(7)
        const known = new Set(scene.balancer.servers.map(({ id }) => id))
        for (const id of scene.sendMany(300, () => anyRequest(known, random)))
          assert.ok(known.has(id), `it returned ${id}, which is not in the list`)
        scene.shares(300, 50)
      }
    },
  },
  {
    name: 'it returns the only candidate when there is one',
    check: (make) => {
      const strategy = make()
      for (const isRetry of [false, true, false]) {
        const only = stillCandidates([3])
        assert.equal(strategy.pick(only, stillContext(isRetry)), only[0], 'it returned something else')
      }
    },
  },
  {
    name: 'it makes the same choices with the same seed',
    check: (make) => {
      for (const weights of fleets) {
        const [one, other] = [1, 2].map(() => new Scene(make(), { weights, seed: 3 }).sendMany(300, keyed))
        assert.deepEqual(one, other, 'two runs with the same seed differ')
      }
    },
  },
  {
    name: 'it changes neither the list nor the candidates',
    check: (make) => {
      for (const weights of fleets) new Scene(unchanging(make()), { weights }).sendMany(100, keyed)
    },
  },
  {
    name: 'it takes no time and no chance but what it is given',
    check: (make) => {
      for (const weights of fleets) {
        const scene = new Scene(make(), { weights })
        withoutAmbience(() => scene.sendMany(100, keyed))
      }
    },
  },
]

function keyed(number: number): { readonly key: string } {
  return { key: `order-${number}` }
}

function anyRequest(known: ReadonlySet<string>, random: () => number): { readonly exclude?: ReadonlySet<string> } {
  if (random() < 0.5) return {}
  const exclude = new Set([...known].filter(() => random() < 0.5))
  return exclude.size === known.size ? {} : { exclude }
}

/* The strategy, with a look at the candidates before and after every choice. */
function unchanging(strategy: Strategy): Strategy {
  const watched: Strategy = {
    pick: (candidates, context) => {
      const before = candidates.map((candidate) => describe(candidate, context.now))
      const members = [...candidates]
      const chosen = strategy.pick(candidates, context)
      assert.deepEqual(
        candidates.map((candidate) => describe(candidate, context.now)),
        before,
        'a pick changed a candidate',
      )
      assert.ok(
        candidates.every((candidate, index) => candidate === members[index]),
        'a pick changed the list',
      )
      return chosen
    },
    onInFlightChange: (candidate) => {
      const before = describe(candidate, 0)
      strategy.onInFlightChange?.(candidate)
      assert.deepEqual(describe(candidate, 0), before, 'onInFlightChange changed a candidate')
    },
  }
  return watched
}

function describe(candidate: Candidate, now: number): readonly unknown[] {
  const { server, weight, slowStart, position, inFlight, lastPick, inFlightSinceReport, capacity } = candidate
  const figures = [candidate.responseTimeAt(now), candidate.failureRateAt(now), candidate.loadAt(now)]
  return [{ ...server }, weight, slowStart, position, inFlight, lastPick, inFlightSinceReport, capacity, ...figures]
}
