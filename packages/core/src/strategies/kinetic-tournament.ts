/*
 * The greatest of many values that rise at different speeds. Every match of a knock-out tournament is decided until the
 * turn in which the loser overtakes the winner; a turn replays the matches that are no longer decided, and a change
 * replays those of one contestant. On the average that is a few matches a turn. Source: Basch, Guibas and Hershberger,
 * "Data Structures for Mobile Data".
 */

/** A value: headKey + turn × weight. Of equal values the lower `head` wins. */
export interface Contestant {
  readonly weight: number
  readonly headKey: number
  readonly head: number
}

/** Knows the leader of some contestants in turns that only go up. */
export class KineticTournament {
  readonly #contestants: readonly Contestant[]
  readonly #size: number
  /** The match at `place` is between the winners of 2 × place and 2 × place + 1; contestants follow from #size on. */
  readonly #winners: Int32Array
  /** The turn in which a match, or one below it, has to be played again. */
  readonly #until: Float64Array

  constructor(contestants: readonly Contestant[]) {
    this.#contestants = contestants
    this.#size = 2 ** Math.ceil(Math.log2(contestants.length))
    this.#winners = new Int32Array(2 * this.#size).fill(-1)
    this.#until = new Float64Array(2 * this.#size).fill(Infinity)
    for (let place = 0; place < contestants.length; place += 1) this.#winners[this.#size + place] = place
    for (let match = this.#size - 1; match > 0; match -= 1) this.#play(match, 0)
  }

  leaderAt(turn: number): number {
    this.#replay(1, turn)
    return this.#winners[1] ?? -1
  }

  /** A contestant has changed; `turn` is the one of the last `leaderAt`. */
  update(place: number, turn: number): void {
    for (let match = (this.#size + place) >> 1; match > 0; match >>= 1) this.#play(match, turn)
  }

  #replay(match: number, turn: number): void {
    if ((this.#until[match] ?? Infinity) > turn) return
    this.#replay(2 * match, turn)
    this.#replay(2 * match + 1, turn)
    this.#play(match, turn)
  }

  #play(match: number, turn: number): void {
    const left = 2 * match
    const right = left + 1
    const one = this.#contestants[this.#winners[left] ?? -1]
    const other = this.#contestants[this.#winners[right] ?? -1]
    const isLeft = one !== undefined && (other === undefined || isAhead(one, other, turn))
    this.#winners[match] = this.#winners[isLeft ? left : right] ?? -1
    const decidedUntil = one === undefined || other === undefined ? Infinity : overtaking(one, other, isLeft, turn)
    this.#until[match] = Math.min(decidedUntil, this.#until[left] ?? Infinity, this.#until[right] ?? Infinity)
  }
}

function isAhead(one: Contestant, other: Contestant, turn: number): boolean {
  const value = one.headKey + turn * one.weight
  const otherValue = other.headKey + turn * other.weight
  return value > otherValue || (value === otherValue && one.head < other.head)
}

/* The turn in which the loser may be ahead. One too early does no harm: the match is only played once more. */
function overtaking(one: Contestant, other: Contestant, isOneAhead: boolean, turn: number): number {
  const winner = isOneAhead ? one : other
  const loser = isOneAhead ? other : one
  if (loser.weight <= winner.weight) return Infinity
  return Math.max(turn + 1, Math.floor((winner.headKey - loser.headKey) / (loser.weight - winner.weight)))
}
