import { firstOf } from './choose-least.ts'
import type { Candidate } from './strategy.ts'

/*
 * Nobody gets much more than a fair share of what is in flight, however the keys fall: a server that would have more than
 * 1.25 × its share, rounded up, is passed over. Source: Mirrokni, Thorup and Zadimoghaddam, "Consistent Hashing with
 * Bounded Loads".
 */

const factor = 1.25

/** Who may take one more request. */
export class BoundedLoad {
  #candidates: readonly Candidate[] = []
  #weights = 0
  #total = 0
  /** What of the total is whose, for lists that are followed. */
  #known: Float64Array = new Float64Array(0)
  readonly hasRoom: (candidate: Candidate) => boolean

  constructor() {
    this.hasRoom = (candidate) =>
      candidate.inFlight + 1 <= Math.ceil((factor * candidate.weight * (this.#total + 1)) / this.#weights)
  }

  /** Adds up a list. */
  measure(candidates: readonly Candidate[]): void {
    this.#candidates = []
    this.#weights = 0
    this.#total = 0
    for (let index = 0; index < candidates.length; index += 1) {
      const { weight, inFlight } = candidates[index] ?? firstOf(candidates)
      this.#weights += weight
      this.#total += inFlight
    }
  }

  /** Adds up a list for good: later changes are taken in by `note`. */
  follow(candidates: readonly Candidate[]): void {
    this.measure(candidates)
    this.#candidates = candidates
    this.#known = Float64Array.from(candidates, (candidate) => candidate.inFlight)
  }

  note(candidate: Candidate): void {
    const index = candidate.position
    if (this.#candidates[index] !== candidate) return
    this.#total += candidate.inFlight - (this.#known[index] ?? 0)
    this.#known[index] = candidate.inFlight
  }
}
