import type { Cells } from './cells.ts'

/** Counts by name, each in a cell of its own. */
export class Counters<Name extends string = string> {
  readonly #cellOf: ReadonlyMap<Name, number>
  readonly #numbers: Float64Array
  readonly #at: number

  /** @param cellOf the place of each name, shared by all who count the same */
  constructor(cellOf: ReadonlyMap<Name, number>, { numbers, at }: Cells) {
    this.#cellOf = cellOf
    this.#numbers = numbers
    this.#at = at
  }

  /** What was counted at least once. */
  toObject(): Partial<Record<Name, number>> {
    const counted: Partial<Record<Name, number>> = {}
    for (const [name, cell] of this.#cellOf) {
      const count = this.#numbers[this.#at + cell] ?? 0
      if (count > 0) counted[name] = count
    }
    return counted
  }
}
