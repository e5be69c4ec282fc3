import { KineticTournament } from './kinetic-tournament.ts'
import { TurnClass } from './turn-class.ts'

/*
 * Smooth weighted round robin without touching everybody in every turn. In turn t of a list, the value of a server is
 * its key + t × its weight, and its key falls by the sum of all weights when it is picked. Servers of equal weight keep
 * themselves in order; what is left is to compare the first of every weight: one by one while the weights are few, else
 * in a tournament. The picks are those of the definition, whatever the weights and the values at the start.
 */

/* Above this many different weights, a tournament is faster than looking at each. */
const maxCompared = 24

/* Values are folded into the keys before they leave the whole numbers that are exact. */
const greatestKey = 2 ** 52

/** Gives turns to indexes. Weights above 0, and values at the start, are whole numbers. */
export class TurnQueues {
  readonly #weights: Float64Array
  readonly #sum: number
  readonly #keys: Float64Array
  readonly #classes: readonly TurnClass[]
  readonly #lastTurn: number
  #tournament: KineticTournament | undefined
  #turn = 0

  constructor(weights: Float64Array, sum: number, values: Float64Array) {
    this.#weights = weights
    this.#sum = sum
    this.#keys = values
    this.#classes = Array.from(membersByWeight(weights), ([weight, members]) => new TurnClass(weight, members, values))
    this.#lastTurn = Math.max(1, Math.floor(greatestKey / sum))
    this.#prepareTournament()
  }

  /** The index whose turn it is. */
  next(): number {
    if (this.#turn === this.#lastTurn) this.#fold()
    this.#turn += 1
    const place = this.#tournament?.leaderAt(this.#turn) ?? this.#greatest()
    const chosen = this.#classes[place]
    if (chosen === undefined) throw new RangeError('there is nobody to give a turn to')
    const { head } = chosen
    chosen.turn(this.#sum)
    this.#tournament?.update(place, this.#turn)
    return head
  }

  /** What an index has gathered and not yet spent. */
  valueOf(index: number): number {
    return (this.#keys[index] ?? 0) + this.#turn * (this.#weights[index] ?? 0)
  }

  #greatest(): number {
    let leader = 0
    let greatest = -Infinity
    let head = -1
    for (let place = 0; place < this.#classes.length; place += 1) {
      const one = this.#classes[place]
      if (one === undefined) break
      const value = one.headKey + this.#turn * one.weight
      if (value < greatest || (value === greatest && one.head > head)) continue
      leader = place
      greatest = value
      head = one.head
    }
    return leader
  }

  #fold(): void {
    for (let index = 0; index < this.#keys.length; index += 1) this.#keys[index] = this.valueOf(index)
    this.#turn = 0
    for (const one of this.#classes) one.readHead()
    this.#prepareTournament()
  }

  #prepareTournament(): void {
    if (this.#classes.length > maxCompared) this.#tournament = new KineticTournament(this.#classes)
  }
}

function membersByWeight(weights: Float64Array): Map<number, number[]> {
  const members = new Map<number, number[]>()
  for (let index = 0; index < weights.length; index += 1) {
    const weight = weights[index] ?? 0
    const known = members.get(weight)
    if (known === undefined) members.set(weight, [index])
    else known.push(index)
  }
  return members
}
