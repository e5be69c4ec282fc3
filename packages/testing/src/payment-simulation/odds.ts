import type { Dice } from './dice.ts'

/** Things of which at most one happens, each with its probability. One throw of the dice decides. */
export class Odds<Name extends string> {
  readonly #names: readonly Name[]
  readonly #upTo: readonly number[]
  readonly #total: number

  /** @param rates probabilities; together at most 1 */
  constructor(rates: Readonly<Partial<Record<Name, number>>>) {
    const likely = (Object.entries(rates) as [Name, number][]).filter(([, rate]) => rate > 0)
    let upTo = 0
    this.#names = likely.map(([name]) => name)
    this.#upTo = likely.map(([, rate]) => (upTo += rate))
    this.#total = upTo
  }

  draw(dice: Dice): Name | undefined {
    if (this.#total === 0) return undefined
    const drawn = dice.next()
    if (drawn >= this.#total) return undefined
    return this.#names[this.#upTo.findIndex((upTo) => drawn < upTo)]
  }
}
