import type { Strategy } from '@paylb/core'

/** What everybody writes first: the next index, modulo the number of servers. */
export function plainRoundRobin(): Strategy {
  let turn = 0
  return {
    name: 'plain round robin',
    pick: (candidates) => {
      turn += 1
      const candidate = candidates[turn % candidates.length]
      if (candidate === undefined) throw new RangeError('there is no candidate')
      return candidate
    },
  }
}
