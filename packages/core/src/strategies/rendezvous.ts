import { firstOf } from './choose-least.ts'
import { hashText, mix } from './key-hash.ts'
import type { Candidate } from './strategy.ts'

/*
 * Weighted rendezvous: every server draws a number from its id and the key, and the greatest wins. A server's share is
 * its share of the weight; when one leaves, its keys move and no others, and when a weight changes, keys move only to or
 * from that server. It needs nothing but the list, in any order. Source: Thaler and Ravishankar, "Using Name-Based
 * Mappings to Increase Hit Rates"; the logarithm for weights is that of Schindelhauer and Schomaker.
 */

/** Below 0; the greatest wins. With `hash` even from 0 to 2^32 − 1, the chance to win is the share of the weight. */
function rendezvousScore(hash: number, weight: number): number {
  return Math.log((hash + 0.5) / 2 ** 32) / weight
}

/** What a server draws for a key. */
function rendezvousHash(keyHash: number, idHash: number): number {
  return mix(keyHash ^ idHash)
}

/** Ranks the candidates of one list by key. */
export class Rendezvous {
  readonly #candidates: readonly Candidate[]
  readonly #idHashes: Uint32Array
  readonly #areEqual: boolean

  constructor(candidates: readonly Candidate[]) {
    const weight = firstOf(candidates).weight
    this.#candidates = candidates
    this.#idHashes = Uint32Array.from(candidates, (candidate) => hashText(candidate.server.id))
    this.#areEqual = candidates.every((candidate) => candidate.weight === weight)
  }

  /** The first choice of those that are accepted. */
  choose(keyHash: number, accepts: (candidate: Candidate) => boolean): Candidate | undefined {
    let best: Candidate | undefined
    let bestScore = -Infinity
    for (let index = 0; index < this.#candidates.length; index += 1) {
      const score = this.scoreOf(index, keyHash)
      if (score < bestScore) continue
      const candidate = this.#candidates[index] ?? firstOf(this.#candidates)
      if (score === bestScore && best !== undefined && best.server.id < candidate.server.id) continue
      if (!accepts(candidate)) continue
      best = candidate
      bestScore = score
    }
    return best
  }

  /** The greatest wins. Servers of equal weight need no logarithm. */
  scoreOf(index: number, keyHash: number): number {
    const hash = rendezvousHash(keyHash, this.#idHashes[index] ?? 0)
    return this.#areEqual ? hash : rendezvousScore(hash, this.#candidates[index]?.weight ?? 1)
  }
}
