import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { strategies } from '../../src/index.ts'
import type { Candidate } from '../../src/index.ts'
import { context, listed, LiveCandidate } from '../support/candidates.ts'
import { present } from '../support/present.ts'
import { seededRandom } from '../support/seeded-random.ts'

/*
 * Above 16 candidates an index answers instead of a look at everybody. Whatever happens, it must answer the same.
 */

/* One number says what happens next, another one to whom. */
const anyStep = fc.tuple(
  fc.constantFrom('pick', 'pick', 'pick', 'bypass', 'release', 'release', 'change'),
  fc.nat(9_999),
)

const anyWeights = fc.constantFrom(
  [1],
  [1, 2, 4],
  [5, 1, 0.5, 3],
  Array.from({ length: 60 }, (_, index) => 1 + index / 8),
)

function isLess(one: Candidate, other: Candidate): boolean {
  return (one.inFlight + 1) * other.weight < (other.inFlight + 1) * one.weight
}

/* All who could be right: the fewest in flight by weight, of these the least recently picked. */
function rightChoices(list: readonly Candidate[]): readonly Candidate[] {
  const least = list.filter((one) => !list.some((other) => isLess(other, one)))
  const oldest = Math.min(...least.map((one) => one.lastPick))
  return least.filter((one) => one.lastPick === oldest)
}

/** A pool of live candidates around one strategy, which is told of everything. */
class Play {
  readonly #strategy = strategies['least-connections']()
  readonly #random = seededRandom(6)
  readonly #known: LiveCandidate[]
  readonly #held: LiveCandidate[] = []
  readonly #tells: boolean
  #list: readonly LiveCandidate[]
  #turn = 0

  constructor(weights: readonly number[], tells = true) {
    this.#known = Array.from(
      { length: 60 },
      (_, index) => new LiveCandidate(`s${index}`, weights[index % weights.length]),
    )
    this.#list = listed(this.#known)
    this.#tells = tells
  }

  /** False when a choice is wrong. */
  take(step: string, number: number): boolean {
    if (step === 'release') this.#release(number)
    if (step === 'bypass') this.#enter(present(this.#known[number % this.#known.length]))
    if (step === 'change') this.#change(number)
    if (step !== 'pick') return true
    const chosen = this.#strategy.pick(this.#list, context(this.#random)) as LiveCandidate
    const isRight = rightChoices(this.#list).includes(chosen)
    this.#enter(chosen)
    return isRight
  }

  #enter(one: LiveCandidate): void {
    this.#turn += 1
    one.inFlight += 1
    one.lastPick = this.#turn
    this.#held.push(one)
    if (this.#tells) this.#strategy.onInFlightChange?.(one)
  }

  #release(number: number): void {
    const [one] = this.#held.splice(number % Math.max(1, this.#held.length), 1)
    if (one === undefined) return
    one.inFlight -= 1
    if (this.#tells) this.#strategy.onInFlightChange?.(one)
  }

  #change(number: number): void {
    const one = present(this.#known[number % this.#known.length])
    if (number % 3 === 0) one.weight = 1 + (number % 7)
    this.#list = listed(this.#known.filter((other, index) => number % 2 === 0 || index % 5 !== number % 5))
  }
}

describe('the index of least-connections', () => {
  test('answers as a look at everybody would, whatever happens', () => {
    const rule = fc.property(anyWeights, fc.array(anyStep, { maxLength: 400 }), (weights, steps) => {
      const play = new Play(weights)
      return steps.every(([step, number]) => play.take(step, number))
    })
    expect(() => fc.assert(rule, { seed: 5, numRuns: 400 })).not.toThrow()
  })

  test('is right after ten thousand requests, too', () => {
    const play = new Play([1, 2])
    const random = seededRandom(8)
    const isRight = Array.from({ length: 20_000 }, (_, step) =>
      play.take(step < 100 || random() < 0.5 ? 'pick' : 'release', Math.floor(random() * 9_999)),
    )
    expect(isRight).not.toContain(false)
  })

  test('does without being told when nobody tells', () => {
    const play = new Play([1, 2], false)
    const isRight = Array.from({ length: 1_000 }, () => play.take('pick', 0))
    expect(isRight).not.toContain(false)
  })

  test('begins with those never picked, in random order', () => {
    const list = listed(Array.from({ length: 40 }, (_, index) => new LiveCandidate(`s${index}`)))
    const firsts = Array.from(
      { length: 2_000 },
      (_, seed) => strategies['least-connections']().pick(list, context(seededRandom(seed))).server.id,
    )
    expect(new Set(firsts).size).toBe(40)
  })
})
