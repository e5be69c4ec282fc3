import { forEachServer } from './contestant.ts'
import type { Contestant, ContestantOptions } from './contestant.ts'

/** The reference: two distinct servers drawn, the one with fewer in flight taken and given back. Nothing else. */
export function twoChoices({ servers }: ContestantOptions): Contestant {
  const all = forEachServer(servers, (index) => ({ index, inFlight: 0 }))
  return {
    pick: () => {
      const first = Math.floor(Math.random() * servers)
      const second = (first + 1 + Math.floor(Math.random() * (servers - 1))) % servers
      const one = all[first]
      const other = all[second]
      if (one === undefined || other === undefined) return undefined
      const chosen = other.inFlight < one.inFlight ? other : one
      chosen.inFlight += 1
      chosen.inFlight -= 1
      return chosen
    },
  }
}
