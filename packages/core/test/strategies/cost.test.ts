import { describe, expect, test } from 'vitest'
import { strategies } from '../../src/index.ts'
import type { Candidate, PickContext, Strategy, StrategyName } from '../../src/index.ts'
import type { LiveCandidate } from '../support/candidates.ts'
import { context } from '../support/candidates.ts'
import { countedCandidates, enter } from '../support/counted-candidates.ts'
import type { Counted } from '../support/counted-candidates.ts'
import { seededRandom } from '../support/seeded-random.ts'

/*
 * What a pick costs, counted in looks at candidates, and not in time. The sizes are beyond those at which everybody is
 * looked at on purpose.
 */

const names = Object.keys(strategies) as StrategyName[]
const picks = 1_000
/* A retry with every tenth pick looks at everybody, but must not make the next first pick do so. */
const looksPerPick = 60

function looksOf(strategy: Strategy<Candidate>, fleet: Counted, hasRetries = false): number {
  const first: PickContext = context(seededRandom(3))
  const held: LiveCandidate[] = []
  let retryLooks = 0
  const note = strategy.onInFlightChange?.bind(strategy)
  const send = (turn: number): void => {
    const given = { ...first, key: `order-${turn}` }
    held.push(enter(() => strategy.pick(fleet.list, given), turn, note))
    const released = turn % 3 === 0 ? held.pop() : held.shift()
    if (released === undefined || turn % 2 === 0) return
    released.inFlight -= 1
    note?.(released)
  }
  send(100_000)
  fleet.looks()
  for (let turn = 1; turn <= picks; turn += 1) {
    send(100_000 + turn)
    if (!hasRetries || turn % 10 !== 0) continue
    const before = fleet.looks()
    strategy.pick(fleet.list.slice(1), { ...first, isRetry: true, key: 'order-1' })
    fleet.looks()
    retryLooks += before
  }
  return (retryLooks + fleet.looks()) / picks
}

describe.each(names)('%s', (name) => {
  test.each([[[1]], [[1, 2, 4]]])(
    'looks at a few candidates per pick, not at all 10 000, with weights %j',
    (weights) => {
      expect(looksOf(strategies[name](), countedCandidates(10_000, weights))).toBeLessThan(looksPerPick)
    },
  )

  test('finds what it knew of first picks after a retry', () => {
    expect(looksOf(strategies[name](), countedCandidates(2_000, [1, 2]), true)).toBeLessThan(looksPerPick)
  })
})
