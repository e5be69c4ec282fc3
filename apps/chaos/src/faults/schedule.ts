import { isRequestFault, requestFaults, serverFaultKinds } from './fault-kinds.ts'
import type { RequestFaultKind, ServerFaultKind, Strength } from './fault-kinds.ts'

/*
 * A schedule is drawn from a seed, round by round: each round has every kind of fault once, dealt out to the servers,
 * and the death of the API somewhere in it. What is drawn is when and how long; which payments are hit is up to the
 * machine, so the same seed gives the same faults but not the same interleaving.
 */

/** How long things last, in milliseconds: from, to. */
export interface Pace {
  readonly stepMs: readonly [number, number]
  readonly gapMs: readonly [number, number]
  /** How long an answer is waited for. Pauses last longer. */
  readonly headMs: number
}

/** One fault of one server. */
export interface Step {
  readonly kind: ServerFaultKind
  /** How long the server is well before. */
  readonly gapMs: number
  readonly lastsMs: number
  readonly strength: Strength
}

/** What goes wrong at the same time: a list for each server, and the moments at which the API dies. */
export interface Round {
  readonly tracks: readonly (readonly Step[])[]
  readonly apiKillsAfterMs: readonly number[]
}

/** Draws one round. @param random the only source of chance */
export function drawRound(servers: number, pace: Pace, random: () => number): Round {
  const tracks: Step[][] = Array.from({ length: servers }, () => [])
  for (const [index, kind] of shuffled(serverFaultKinds, random).entries()) {
    tracks[index % servers]?.push(drawStep(kind, pace, random))
  }
  const longestMs = Math.max(...tracks.map(lengthMs))
  return { tracks, apiKillsAfterMs: [between([0.2, 0.8], random) * longestMs] }
}

function drawStep(kind: ServerFaultKind, { stepMs, gapMs, headMs }: Pace, random: () => number): Step {
  const lastsMs = between(stepMs, random)
  return {
    kind,
    gapMs: between(gapMs, random),
    lastsMs: kind === 'pause' ? Math.max(lastsMs, headMs * between([1.2, 2], random)) : lastsMs,
    strength: { probability: between([0.1, 0.5], random), ms: isRequestFault(kind) ? drawMs(kind, headMs, random) : 0 },
  }
}

function drawMs(kind: RequestFaultKind, headMs: number, random: () => number): number {
  const fault = requestFaults[kind]
  return 'msPerHeadMs' in fault ? Math.round(headMs * between(fault.msPerHeadMs, random)) : 0
}

function lengthMs(track: readonly Step[]): number {
  return track.reduce((sumMs, step) => sumMs + step.gapMs + step.lastsMs, 0)
}

function between([from, to]: readonly [number, number], random: () => number): number {
  return from + (to - from) * random()
}

/* Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  const drawn = [...items]
  for (let last = drawn.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1))
    const moved = drawn[last] as Item // both are within the array
    drawn[last] = drawn[other] as Item
    drawn[other] = moved
  }
  return drawn
}
