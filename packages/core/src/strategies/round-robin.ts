import { firstOf } from './choose-least.ts'
import { greatestOfUnequalStarts } from './slow-starts.ts'
import type { Candidate, Strategy } from './strategy.ts'

/*
 * In turn; configured weights are ignored. The position is kept by server, not by index, so that a server that joins or
 * leaves does not send everybody back to the first one. Retries turn on a rotation of their own: they must not shift the
 * turn of first picks, and must not all land on a dead server's neighbour. A server that starts slowly is passed over by
 * chance when its turn comes.
 */

/** Round robin: every server in turn. */
export function roundRobin(): Strategy<Candidate> {
  const firstPicks = new Rotation()
  const retries = new Rotation()
  return {
    name: 'round-robin',
    pick: (candidates, context) => (context.isRetry ? retries : firstPicks).next(candidates, context.random),
  }
}

/* With the least slow start, 0.1, in 1000 turns of nobody else, one is taken out of turn. */
const maxSkips = 64

class Rotation {
  #order: readonly Candidate[] = []
  #position = -1
  #greatestStart: number | undefined

  next(candidates: readonly Candidate[], random: () => number): Candidate {
    if (candidates !== this.#order) this.#follow(candidates, random)
    let candidate = this.#step()
    if (this.#greatestStart === undefined) return candidate
    for (let skips = 0; skips < maxSkips && this.#isSkipped(candidate, random); skips += 1) candidate = this.#step()
    return candidate
  }

  #step(): Candidate {
    this.#position = this.#position + 1 < this.#order.length ? this.#position + 1 : 0
    return this.#order[this.#position] ?? firstOf(this.#order)
  }

  #isSkipped({ slowStart }: Candidate, random: () => number): boolean {
    const greatest = this.#greatestStart ?? slowStart
    return slowStart < greatest && random() * greatest >= slowStart
  }

  #follow(candidates: readonly Candidate[], random: () => number): void {
    const next = this.#order.length === 0 ? undefined : successorIn(candidates, this.#order, this.#position)
    this.#position = (next ?? Math.floor(random() * candidates.length)) - 1
    this.#order = candidates
    this.#greatestStart = greatestOfUnequalStarts(candidates)
  }
}

/* Where the turn goes on in a new list: after the last server picked, or at the first of its successors that is there. */
function successorIn(
  candidates: readonly Candidate[],
  order: readonly Candidate[],
  position: number,
): number | undefined {
  const last = candidates.indexOf(order[position] ?? firstOf(order))
  if (last !== -1) return last + 1
  const indexes = new Map(candidates.map((candidate, index) => [candidate, index]))
  for (let step = 1; step < order.length; step += 1) {
    const index = indexes.get(order[(position + step) % order.length] ?? firstOf(order))
    if (index !== undefined) return index
  }
  return undefined
}
