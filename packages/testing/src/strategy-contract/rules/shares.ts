import assert from 'node:assert/strict'
import type { Outcome } from '@paylb/core'
import { refused, Scene, succeeded } from '../scene.ts'
import { assertNear } from '../assert-near.ts'
import type { StrategyRule } from '../strategy-rule.ts'

/** Rules on what servers get. */
export const shares: readonly StrategyRule[] = [
  {
    name: 'equal servers get equal shares',
    check: (make) => {
      for (const [size, tolerance] of [
        [3, 0.02],
        [40, 0.15],
      ] as const) {
        const scene = new Scene(make(), { weights: Array.from({ length: size }, () => 1) })
        for (const [id, share] of scene.shares(40_000, 10 * size)) assertNear(id, share, 1 / size, tolerance / size)
      }
    },
  },
  {
    name: 'many processes do not all begin with the same server',
    check: (make) => {
      const firsts = Array.from({ length: 300 }, (_, seed) => new Scene(make(), { weights: [1, 1, 1], seed }).send())
      for (const id of ['s0', 's1', 's2']) {
        const count = firsts.filter((first) => first === id).length
        assert.ok(count > 50, `${id} is the first server of ${count} processes of 300`)
      }
    },
  },
  {
    name: 'the retries of a dead server are shared by all others',
    check: (make) => {
      const scene = new Scene(make(), { weights: [1, 1, 1, 1], health: false })
      const counts = new Map<string, number>()
      for (let request = 0; request < 20_000; request += 1) {
        scene.advance(5)
        const first = scene.send({ method: 'GET' }, outcomeOf)
        const served = first === 's1' ? scene.send({ method: 'GET', exclude: new Set(['s1']) }) : first
        counts.set(served, (counts.get(served) ?? 0) + 1)
      }
      for (const id of ['s0', 's2', 's3']) assertNear(id, (counts.get(id) ?? 0) / 20_000, 1 / 3, 0.02)
    },
  },
]

/** Rules for strategies that honour weights. */
export const weightedShares: readonly StrategyRule[] = [
  [1, 2, 4],
  [0.5, 1.5, 2],
].map((weights) => ({
  name: `weights ${weights.join(', ')} are respected within 1 % over 100 000 picks`,
  check: (make) => {
    const sum = weights.reduce((total, weight) => total + weight, 0)
    const scene = new Scene(make(), { weights })
    const found = scene.shares(100_000, 280)
    for (const [index, weight] of weights.entries()) {
      assertNear(`s${index}`, found.get(`s${index}`) ?? 0, weight / sum, 0.01)
    }
  },
}))

function outcomeOf(id: string): Outcome {
  return id === 's1' ? refused : succeeded
}
