import type { Contestant } from './contestants/contestant.ts'
import type { Workload } from './workloads.ts'

/**
 * How long somebody is loaded before the first round: until so many requests were answered, within these seconds.
 *
 * Compilers count calls, not seconds: on a busy machine a proxy was seen to cost three times as much after three seconds
 * as after forty thousand requests, and paylb a tenth more after a hundred thousand than after a quarter of a million.
 */
export interface WarmUp {
  readonly requests: number
  readonly fewestSeconds: number
  readonly mostSeconds: number
}

/** Who is measured under what, and for how long. */
export interface Plan {
  readonly contestants: readonly Contestant[]
  readonly workloads: readonly Workload[]
  readonly rounds: number
  readonly secondsPerRound: number
  /** Before the rounds of the first workload, and of each further one. */
  readonly warmUp: { readonly first: WarmUp; readonly further: WarmUp }
  /** Whether this contestant is measured under this workload. */
  readonly includes: (contestant: Contestant, workload: Workload) => boolean
}

/* Warm-ups below 2 s were seen to mislead by a factor of two. */
const short = {
  rounds: 3,
  secondsPerRound: 1,
  warmUp: {
    first: { requests: 40_000, fewestSeconds: 2, mostSeconds: 5 },
    further: { requests: 20_000, fewestSeconds: 1, mostSeconds: 3 },
  },
}
const full = {
  rounds: 7,
  secondsPerRound: 2,
  warmUp: {
    first: { requests: 250_000, fewestSeconds: 6, mostSeconds: 25 },
    further: { requests: 40_000, fewestSeconds: 6, mostSeconds: 10 },
  },
}

/*
 * In the short run, questions and payments without a key are for these two, unless there are few contestants anyway. Then
 * there is time for a full warm-up, too.
 */
const alsoInShort = new Set(['ceiling', 'paylb'])
const fewContestants = 6

/** The plan of a short or full run. */
export function makePlan(
  contestants: readonly Contestant[],
  given: { full: boolean; rounds: number | undefined },
): Plan {
  const lengths = given.full ? full : short
  const areFew = contestants.length <= fewContestants
  return {
    ...lengths,
    warmUp: areFew ? full.warmUp : lengths.warmUp,
    rounds: given.rounds ?? lengths.rounds,
    contestants,
    workloads: ['POST', 'POST without key', 'GET'],
    includes: ({ name }, workload) => {
      if (workload === 'POST' || alsoInShort.has(name)) return true
      return workload === 'GET' && (given.full || areFew)
    },
  }
}

/** How many rounds of one contestant there are in all, with its warm-ups. */
export function loadsOf(plan: Plan): number {
  return countsOf(plan).reduce((sum, count) => sum + count * (plan.rounds + 1), 0)
}

/* What a round takes beside its seconds, and a start. */
const aroundRoundSeconds = 0.15
const startSeconds = 0.5

/** How long it takes at most, in seconds, if all goes well. */
export function mostSecondsOf(plan: Plan): number {
  const { rounds, secondsPerRound, warmUp } = plan
  const { first, further } = warmUp
  return countsOf(plan).reduce((sum, count) => {
    const warming = first.mostSeconds + (count - 1) * further.mostSeconds
    return sum + startSeconds + warming + count * rounds * (secondsPerRound + aroundRoundSeconds)
  }, 0)
}

/* Under how many workloads each contestant is measured. */
function countsOf({ contestants, workloads, includes }: Plan): readonly number[] {
  return contestants.map((contestant) => workloads.filter((workload) => includes(contestant, workload)).length)
}
