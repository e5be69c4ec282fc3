import assert from 'node:assert/strict'
import type { Strategy } from '@paylb/core'
import { seededRandom } from '../../seeded-random.ts'
import { Scene, serverNumber } from '../scene.ts'
import { stillCandidates, stillContext } from '../still-candidates.ts'
import { assertNear } from '../assert-near.ts'
import type { StrategyRule } from '../strategy-rule.ts'

/** Rules on lists that change, and on parts of a list. */
export const lists: readonly StrategyRule[] = [
  {
    name: 'it goes on with servers that join, without those that leave, and with weights that change',
    check: (make) => {
      for (const size of [3, 40]) playChanges(new Scene(make(), { weights: Array.from({ length: size }, () => 1) }))
    },
  },
  {
    name: 'it never returns a server that is excluded',
    check: (make) => {
      const scene = new Scene(make(), { weights: [1, 2, 3, 4, 0] })
      const random = seededRandom(9)
      for (let pick = 0; pick < 2_000; pick += 1) {
        const exclude = new Set(['s0', 's1', 's2', 's3', 's4'].filter(() => random() < 0.4))
        exclude.delete(`s${pick % 5}`)
        const id = scene.send({ exclude, key: `order-${pick}` })
        assert.ok(!exclude.has(id), `it returned ${id}, which is excluded`)
        scene.send()
      }
    },
  },
  {
    name: 'a retry does not shift the turns of first picks',
    check: (make) => {
      for (const size of [3, 40]) {
        const weights = Array.from({ length: size }, (_, index) => 1 + (index % 3))
        const undisturbed = turnsOf(make(), weights, false)
        assert.deepEqual(turnsOf(make(), weights, true), undisturbed, 'first picks go elsewhere when there are retries')
      }
    },
  },
  {
    name: 'a server of weight 0 gets nothing while another one is left',
    check: (make) => {
      const scene = new Scene(make(), { weights: [0, 1, 0, 2] })
      const served = servedIn(scene)
      for (const id of ['s0', 's2']) assert.ok(!served.has(id), `${id} has weight 0 and was picked`)
    },
  },
  {
    name: 'servers of weight 0 share the requests when only they are left',
    check: (make) => {
      const scene = new Scene(make(), { weights: [0, 0, 1] })
      scene.sendMany(10)
      scene.balancer.remove('s2')
      for (const [id, share] of scene.shares(20_000, 10)) assertNear(id, share, 0.5, 0.02)
    },
  },
]

function servedIn(scene: Scene): ReadonlySet<string> {
  const busy = [...scene.shares(1_000, 10)].filter(([, share]) => share > 0)
  return new Set([...scene.sendMany(1_000), ...busy.map(([id]) => id)])
}

function playChanges(scene: Scene): void {
  const { balancer } = scene
  const random = seededRandom(5)
  const isListed = (id: string): boolean => balancer.servers.some((server) => server.id === id)
  for (let change = 0; change < 200; change += 1) {
    const index = Math.floor(random() * 50)
    const id = `s${index}`
    if (!isListed(id)) balancer.add(serverNumber(index, 1 + (change % 3)))
    else if (random() < 0.3) balancer.update(id, { weight: 1 + (change % 4) })
    else if (balancer.servers.length > 1) balancer.remove(id)
    for (const served of scene.sendMany(10)) assert.ok(isListed(served), `it returned ${served}, which has left`)
    scene.shares(10, 5)
  }
}

/* Who gets the first picks among servers that never change, with retries in between or without. */
function turnsOf(strategy: Strategy, weights: readonly number[], hasRetries: boolean): readonly string[] {
  const list = stillCandidates(weights)
  const random = seededRandom(2)
  return Array.from({ length: 200 }, () => {
    const left = list.filter(() => random() < 0.7)
    if (hasRetries && left.length > 0) strategy.pick(left, stillContext(true))
    return strategy.pick(list, stillContext(false))?.server.id ?? 'nobody'
  })
}
