import { do_not_optimize as keep, measure } from 'mitata'
import type { Contestant, Load } from '../contestants/contestant.ts'
import { makeContestant } from '../contestants/registry.ts'

/*
 * Nanoseconds per pick. The process is warmed up until every server was met a few times, since what a balancer learns
 * of a server is made at its first request; the figure is the median of batches, so a pause of the machine's does not count.
 */

/** What one pick cell is given. */
export interface PicksInput {
  readonly contestant: string
  readonly servers: number
  readonly load: Load
  readonly warmUpMs: number
  readonly measureMs: number
}

/** What one process found. */
export interface PicksFigure {
  readonly nanoseconds: number
  /** Picks that were measured. */
  readonly picks: number
  /** How many different servers were picked in a sample of picks before. */
  readonly distinctServers: number
}

const samplePicks = 64
const meetings = 4
const batch = 1_024
/* Asking a large pool what it counted fills the heap and the processor's caches right before the measurement. */
const mostServersCounted = 1_000

/** Measures one contestant. @throws Error when it does not really pick */
export async function measureCell(input: PicksInput): Promise<PicksFigure> {
  const contestant = await makeContestant(input.contestant, input)
  const distinctServers = countServers(contestant, input.servers)
  warmUp(contestant, input)
  const isCounted = input.servers <= mostServersCounted
  const before = isCounted ? contestant.counted?.() : undefined
  const { p50, ticks } = await measure(() => keep(contestant.pick()), {
    min_cpu_time: input.measureMs * 1e6,
    batch_samples: batch,
    gc: false,
  })
  const counted = isCounted ? contestant.counted?.() : undefined
  if (before !== undefined && counted !== undefined && counted - before < ticks) {
    throw new Error(`${ticks} picks were measured, but it counted only ${counted - before}`)
  }
  return { nanoseconds: p50, picks: ticks, distinctServers }
}

/* A pick that gives nobody, or always the same, would be a fast one. */
function countServers({ pick }: Contestant, servers: number): number {
  const picked = new Set<unknown>()
  for (let done = 0; done < samplePicks; done += 1) {
    const server = pick()
    if (server === undefined) throw new Error('it picked nobody')
    picked.add(server)
  }
  if (servers > 1 && picked.size < 2) throw new Error(`it picked the same server ${samplePicks} times`)
  if (picked.size > servers) throw new Error(`it picked ${picked.size} different servers out of ${servers}`)
  return picked.size
}

/* A contestant that is very slow does not meet everybody: it gets no more than a few times the time. */
function warmUp({ pick }: Contestant, { servers, warmUpMs }: PicksInput): void {
  const startedAtMs = performance.now()
  for (let picks = 0; ; picks += samplePicks) {
    const elapsedMs = performance.now() - startedAtMs
    if (elapsedMs >= warmUpMs && (picks >= meetings * servers || elapsedMs >= 4 * warmUpMs)) return
    for (let done = 0; done < samplePicks; done += 1) keep(pick())
  }
}
