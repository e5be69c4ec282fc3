import { BoundedLoad } from './bounded-load.ts'
import { hashText } from './key-hash.ts'
import { powerOfTwo } from './power-of-two.ts'
import { Rendezvous } from './rendezvous.ts'
import { SlotTable } from './slot-table.ts'
import type { Candidate, PickContext, Strategy } from './strategy.ts'

/*
 * The same key goes to the same server, in every process, for as long as that server can be picked and is not overloaded;
 * then to the key's next choice. Up to 64 servers every one draws a number for the key; above, a table is looked up, so
 * between 64 and 65 servers all keys move. A list for a retry uses the table of the first picks and leaves out whoever is
 * not in the list. Requests without a key are spread by power of two choices.
 */

const maxDrawn = 64

/** Consistent hash: a server for every key, with bounded load. */
export function consistentHash(): Strategy<Candidate> {
  const keyless = powerOfTwo()
  const firstPicks = new FirstChoices()
  const retries = new BoundedLoad()
  return {
    name: 'consistent-hash',
    pick: (candidates, context) => {
      const { key, isRetry } = context
      if (key === undefined || candidates.length === 1) return keyless.pick(candidates, context)
      const keyHash = hashText(key)
      if (isRetry) retries.measure(candidates)
      const load = isRetry ? retries : firstPicks.load
      const chosen = isRetry
        ? firstPicks.chooseAgain(candidates, keyHash, load)
        : firstPicks.choose(candidates, keyHash)
      return chosen ?? anyWithRoom(candidates, context, load)
    },
    onInFlightChange: (candidate) => firstPicks.load.note(candidate),
    figure: 'place among the choices of the key, the first one with room wins; without a key, as power-of-two',
    figuresOf: (candidates, context) => ranks(candidates, context) ?? keyless.figuresOf?.(candidates, context) ?? [],
  }

  /* For a key so hot that all of its choices are full. At least a fifth of the others have room. */
  function anyWithRoom(candidates: readonly Candidate[], context: PickContext, load: BoundedLoad): Candidate {
    let any = keyless.pick(candidates, context)
    for (let again = 0; again < maxDrawn && !load.hasRoom(any); again += 1) any = keyless.pick(candidates, context)
    return any
  }
}

class FirstChoices {
  readonly load: BoundedLoad = new BoundedLoad()
  #few: Rendezvous | undefined
  #many: SlotTable | undefined
  #listed: readonly Candidate[] | undefined

  choose(candidates: readonly Candidate[], keyHash: number): Candidate | undefined {
    if (candidates !== this.#listed) this.#follow(candidates)
    const { hasRoom } = this.load
    return this.#many === undefined ? this.#few?.choose(keyHash, hasRoom) : firstIn(this.#many, keyHash, hasRoom)
  }

  /** Chooses from a part of the list. */
  chooseAgain(candidates: readonly Candidate[], keyHash: number, { hasRoom }: BoundedLoad): Candidate | undefined {
    const isOpen = (candidate: Candidate): boolean => hasRoom(candidate) && candidates.includes(candidate)
    const found = this.#many === undefined ? undefined : firstIn(this.#many, keyHash, isOpen)
    return found ?? new Rendezvous(candidates).choose(keyHash, hasRoom)
  }

  #follow(candidates: readonly Candidate[]): void {
    const areFew = candidates.length <= maxDrawn
    this.#few = areFew ? new Rendezvous(candidates) : undefined
    this.#many = areFew ? undefined : new SlotTable(candidates)
    this.#listed = candidates
    this.load.follow(candidates)
  }
}

function firstIn(table: SlotTable, keyHash: number, accepts: (candidate: Candidate) => boolean): Candidate | undefined {
  table.begin(keyHash)
  for (let found = table.next(); found !== undefined; found = table.next()) if (accepts(found)) return found
  return undefined
}

/* 1 for the first choice. Those that a lookup would not get to share the last place. */
function ranks(candidates: readonly Candidate[], { key }: PickContext): readonly number[] | undefined {
  if (key === undefined) return undefined
  const keyHash = hashText(key)
  const order = candidates.length <= maxDrawn ? drawn(candidates, keyHash) : lookedUp(candidates, keyHash)
  const places = new Map(order.map((candidate, index) => [candidate, index + 1]))
  return candidates.map((candidate) => places.get(candidate) ?? order.length + 1)
}

function drawn(candidates: readonly Candidate[], keyHash: number): readonly Candidate[] {
  const rendezvous = new Rendezvous(candidates)
  const scores = new Map(candidates.map((candidate, index) => [candidate, rendezvous.scoreOf(index, keyHash)]))
  return candidates.toSorted((one, other) => (scores.get(other) ?? 0) - (scores.get(one) ?? 0))
}

function lookedUp(candidates: readonly Candidate[], keyHash: number): readonly Candidate[] {
  const found = new Set<Candidate>()
  firstIn(new SlotTable(candidates), keyHash, (candidate) => found.add(candidate).size === candidates.length)
  return [...found]
}
