import { firstOf } from './choose-least.ts'
import type { Candidate, Strategy } from './strategy.ts'

/*
 * In turn; configured weights are ignored. The position is kept by server, not by index, so that a server that joins or
 * leaves does not send everybody back to the first one. Retries turn on a rotation of their own: they must not shift the
 * turn of first picks, and must not all land on a dead server's neighbour.
 */

/** Round robin: every server in turn. */
export function roundRobin(): Strategy {
  const firstPicks = rotation()
  const retries = rotation()
  return {
    name: 'round-robin',
    pick: (candidates, context) => (context.isRetry ? retries : firstPicks)(candidates, context.random),
  }
}

type Rotation = (candidates: readonly Candidate[], random: () => number) => Candidate

function rotation(): Rotation {
  let order: readonly Candidate[] = []
  let position = -1
  return (candidates, random) => {
    if (order.length === 0) {
      order = candidates
      position = startIn(candidates, random) - 1
    } else if (candidates !== order) {
      position = (successorIn(candidates, order, position) ?? startIn(candidates, random)) - 1
      order = candidates
    }
    position = (position + 1) % order.length
    return order[position] ?? firstOf(order)
  }
}

function startIn(candidates: readonly Candidate[], random: () => number): number {
  return Math.floor(random() * candidates.length)
}

/* Where the turn goes on in a new list: after the last server picked, or at the first of its successors that is there. */
function successorIn(
  candidates: readonly Candidate[],
  order: readonly Candidate[],
  position: number,
): number | undefined {
  const indexes = new Map(candidates.map((candidate, index) => [candidate.server.id, index]))
  const indexOf = (at: number): number | undefined => indexes.get(order[at % order.length]?.server.id ?? '')
  const last = indexOf(position)
  if (last !== undefined) return last + 1
  for (let step = 1; step <= order.length; step += 1) {
    const index = indexOf(position + step)
    if (index !== undefined) return index
  }
  return undefined
}
