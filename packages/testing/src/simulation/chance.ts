import { seededRandom } from '../seeded-random.ts'

/*
 * Every kind of chance has a stream of its own, and a payment's chance is drawn when it arrives, not when it is served.
 * So two strategies at the same seed meet the same payments at the same moments, each as long as before: what differs
 * between their results is the strategies' doing.
 */

/** What chance decides about one payment, whatever server it meets. */
export interface Draw {
  /** Uniform in [0, 1). */
  readonly uniform: number
  /** Standard normal. */
  readonly normal: number
}

/** The chance of one run. */
export interface Chance {
  /** The gap to the next arrival, in mean gaps: exponential with mean 1. */
  nextGap(): number
  nextDraw(): Draw
  /** For the balancer and its strategy. */
  readonly picks: () => number
}

/** All chance of one run, from one seed. */
export function chanceOf(seed: number): Chance {
  const seeds = seededRandom(seed)
  const stream = (): (() => number) => seededRandom(Math.floor(seeds() * 4_294_967_296))
  const [gaps, uniforms, normals, picks] = [stream(), stream(), stream(), stream()]
  const normal = normalFrom(normals)
  return {
    nextGap: () => -Math.log(1 - gaps()),
    nextDraw: () => ({ uniform: uniforms(), normal: normal() }),
    picks,
  }
}

/* Marsaglia's polar method: two standard normals from a point inside the unit circle. */
function normalFrom(random: () => number): () => number {
  let spare: number | undefined
  return () => {
    if (spare !== undefined) {
      const kept = spare
      spare = undefined
      return kept
    }
    for (;;) {
      const x = 2 * random() - 1
      const y = 2 * random() - 1
      const square = x * x + y * y
      if (square === 0 || square >= 1) continue
      const scale = Math.sqrt((-2 * Math.log(square)) / square)
      spare = y * scale
      return x * scale
    }
  }
}
