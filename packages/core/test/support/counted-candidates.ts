import type { Candidate } from '../../src/index.ts'
import { listed, LiveCandidate } from './candidates.ts'

/** Candidates that count how often somebody looks at them. */
export interface Counted {
  readonly list: readonly LiveCandidate[]
  /** Looks at the list and at candidates since the last call. */
  looks(): number
}

/** Candidates with some traffic in the past, of the weights given in turn. */
export function countedCandidates(size: number, weights: readonly number[]): Counted {
  let looks = 0
  const handler: ProxyHandler<LiveCandidate> = {
    get: (target, name) => {
      looks += 1
      return Reflect.get(target, name) as unknown
    },
  }
  const made = Array.from({ length: size }, (_, index) => {
    const one = new LiveCandidate(`s${index}`, weights[index % weights.length])
    one.lastPick = index + 1
    return new Proxy(one, handler)
  })
  const list = new Proxy(listed(made), {
    get: (target, name) => {
      if (typeof name === 'string' && name !== 'length') looks += 1
      return Reflect.get(target, name) as unknown
    },
  })
  return {
    list,
    looks: () => {
      const seen = looks
      looks = 0
      return seen
    },
  }
}

/** Sends a request that stays. Returns who got it. */
export function enter(
  pick: () => Candidate,
  turn: number,
  note: ((candidate: Candidate) => void) | undefined,
): LiveCandidate {
  const chosen = pick() as LiveCandidate
  chosen.inFlight += 1
  chosen.lastPick = turn
  note?.(chosen)
  return chosen
}
