import { firstOf } from './choose-least.ts'
import type { Candidate } from './strategy.ts'
import { TurnQueues } from './turn-queues.ts'
import { cycleLength, wholeWeights } from './whole-weights.ts'

/*
 * The turns of smooth weighted round robin for lists that change. What outlives a list is here: the value of every
 * server, so that a change moves nobody else's turn, and the random start. When the list changes, nobody owes or is owed
 * more than one round of the new list; in a list that became much shorter one server would else get hundreds of turns.
 */

/* Many processes must not march in step; a start anywhere in so many turns, or in one per server, is enough for that. */
const maxStartOffset = 1_000

/** Gives turns to candidates. */
export class SmoothSchedule {
  #listed: readonly Candidate[] | undefined
  #queues: TurnQueues | undefined
  #unit = 1
  /** In the unit of the weights. Those of the current list are in the queues, and are written back when it changes. */
  readonly #balances: WeakMap<Candidate, Balance> = new WeakMap()
  #listedBalances: readonly Balance[] = []

  next(candidates: readonly Candidate[], random: () => number): Candidate {
    const queues = candidates === this.#listed ? this.#queues : undefined
    return candidates[(queues ?? this.#follow(candidates, random)).next()] ?? firstOf(candidates)
  }

  /** What each candidate would be compared by in the next turn. */
  valuesOf(candidates: readonly Candidate[]): readonly number[] {
    this.#writeBack()
    return candidates.map((candidate) => candidate.weight + (this.#balances.get(candidate)?.value ?? 0))
  }

  #follow(candidates: readonly Candidate[], random: () => number): TurnQueues {
    this.#writeBack()
    const isFirst = this.#queues === undefined
    const whole = wholeWeights(candidates)
    this.#listedBalances = candidates.map((candidate) => this.#balanceOf(candidate))
    const values = Float64Array.from(this.#listedBalances, ({ value }) =>
      within(Math.round(value / whole.unit), whole.sum),
    )
    const queues = new TurnQueues(whole.weights, whole.sum, values)
    this.#listed = candidates
    this.#unit = whole.unit
    this.#queues = queues
    const skipped = isFirst ? Math.floor(random() * cycleLength(whole)) % Math.max(maxStartOffset, values.length) : 0
    for (let turn = 0; turn < skipped; turn += 1) queues.next()
    return queues
  }

  #balanceOf(candidate: Candidate): Balance {
    const known = this.#balances.get(candidate)
    if (known !== undefined) return known
    const balance = { value: 0 }
    this.#balances.set(candidate, balance)
    return balance
  }

  #writeBack(): void {
    for (let index = 0; index < this.#listedBalances.length; index += 1) {
      const balance = this.#listedBalances[index]
      if (balance !== undefined) balance.value = (this.#queues?.valueOf(index) ?? 0) * this.#unit
    }
  }
}

function within(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value))
}

interface Balance {
  value: number
}
