import { firstOf } from './choose-least.ts'
import { goldenStep, hashText, mix } from './key-hash.ts'
import type { Candidate } from './strategy.ts'

/*
 * A lookup in constant time: a key looks at one slot after the other, in an order of its own (a linear congruential
 * generator that begins with its hash), until it finds a server.
 * A server has a slot for every unit of its weight; what is left over is a slot that only takes a part of the keys that
 * come by. The unit is near the average weight, so that slots are as many as servers.
 * Everybody's slots are equally easy to find, so shares are those of the weights, without the unevenness of a ring. When
 * a server leaves, its keys look on and no others move, except for a slot that another server would rather have had: where
 * two want the same slot, one (the same in every process) takes the next, and moves back when the first one is gone. That
 * is rare because most slots are empty. Many keys move at once only where the number of slots changes, which for servers
 * of equal weight is at 363, 1 449, 5 793 and 23 171 of them, or the unit, when the average weight passes √2 times a
 * power of 2.
 * Sources: Dong and Wang, "DxHash"; Amble and Knuth, "Ordered Hash Tables"; the generator is the one of Knuth and Lewis
 * in "Numerical Recipes".
 */

const leastBits = 10
const bitsPerStep = 2
/* Slots per server at least: √8, so that no common number of equal servers is near a change. */
const leastRoom = Math.SQRT2 * 2

const empty = -1

/** Finds servers by key in one list of candidates. */
export class SlotTable {
  readonly candidates: readonly Candidate[]
  /** Who has each slot: an index into the next three. */
  readonly #slots: Int32Array
  readonly #owners: number[] = []
  readonly #hashes: number[] = []
  /** The share of the keys that a slot takes. */
  readonly #parts: number[] = []
  readonly #shift: number
  /** So many slots are looked at for one key. */
  readonly #maxProbes: number
  #state = 0
  #probesLeft = 0

  constructor(candidates: readonly Candidate[]) {
    this.candidates = candidates
    const unit = unitOf(candidates)
    for (let index = 0; index < candidates.length; index += 1) {
      this.#addUnits(index, candidates[index] ?? firstOf(candidates), unit)
    }
    const taken = this.#owners.length
    let bits = leastBits
    while (2 ** bits < taken * leastRoom) bits += bitsPerStep
    this.#shift = 32 - bits
    this.#slots = new Int32Array(2 ** bits).fill(empty)
    this.#maxProbes = Math.ceil((64 * 2 ** bits) / this.#parts.reduce((sum, part) => sum + part, 0))
    for (let one = 0; one < taken; one += 1) this.#place(one)
  }

  /** Starts to look for a key. */
  begin(keyHash: number): void {
    this.#state = keyHash
    this.#probesLeft = this.#maxProbes
  }

  /** The key's next choice, which may be one that it had before; undefined when it has looked long enough. */
  next(): Candidate | undefined {
    const slots = this.#slots
    const shift = this.#shift
    let state = this.#state
    for (let left = this.#probesLeft - 1; left >= 0; left -= 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
      const found = slots[state >>> shift] ?? empty
      if (found === empty) continue
      const part = this.#parts[found] ?? 0
      if (part < 1 && mix(state) >= part * 2 ** 32) continue
      this.#state = state
      this.#probesLeft = left
      return this.candidates[this.#owners[found] ?? -1]
    }
    return undefined
  }

  #addUnits(owner: number, { server, weight }: Candidate, unit: number): void {
    const idHash = hashText(server.id)
    for (let left = weight / unit, nth = 0; left > 0; left -= 1, nth += 1) {
      this.#owners.push(owner)
      this.#hashes.push(mix(idHash + Math.imul(nth, goldenStep)))
      this.#parts.push(Math.min(1, left))
    }
  }

  /* The greater hash keeps a slot, and the other one goes on: the table is the same whoever came first. */
  #place(one: number): void {
    const last = this.#slots.length - 1
    let moving = one
    for (let slot = (this.#hashes[one] ?? 0) >>> this.#shift; ; slot = slot === last ? 0 : slot + 1) {
      const there = this.#slots[slot] ?? empty
      if (there !== empty && this.#isBefore(there, moving)) continue
      this.#slots[slot] = moving
      if (there === empty) return
      moving = there
    }
  }

  #isBefore(one: number, other: number): boolean {
    const hash = this.#hashes[one] ?? 0
    const otherHash = this.#hashes[other] ?? 0
    if (hash !== otherHash) return hash > otherHash
    return this.#idOf(one) < this.#idOf(other)
  }

  #idOf(one: number): string {
    return this.candidates[this.#owners[one] ?? -1]?.server.id ?? ''
  }
}

/* A power of 2 near the average, so that it seldom changes. */
function unitOf(candidates: readonly Candidate[]): number {
  let sum = 0
  for (let index = 0; index < candidates.length; index += 1) sum += candidates[index]?.weight ?? 0
  return 2 ** Math.round(Math.log2(sum / candidates.length))
}
