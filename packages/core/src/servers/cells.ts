/*
 * The changing numbers of a server lie side by side in one row of an array that several servers share. As fields of
 * objects each of them would be an object of its own somewhere in memory, and with ten thousand servers a pick would wait
 * for twenty of those instead of for a few: that, and not the arithmetic, is what a large pool costs.
 */

/** A row of numbers: `numbers[at]`, `numbers[at + 1]`, … */
export interface Cells {
  readonly numbers: Float64Array
  readonly at: number
}

/** The same row from a later cell on. */
export function cellsFrom({ numbers, at }: Cells, offset: number): Cells {
  return { numbers, at: at + offset }
}

/** A row that shares its array with nobody. */
export function ownCells(count: number): Cells {
  return { numbers: new Float64Array(count), at: 0 }
}

/* Few enough that a server that stays does not keep much of those that left. */
const rowsPerArray = 16

/** Hands out rows of equal length. */
export class CellRows {
  readonly #cellsPerRow: number
  #numbers: Float64Array
  #taken = rowsPerArray

  constructor(cellsPerRow: number) {
    this.#cellsPerRow = cellsPerRow
    this.#numbers = new Float64Array(0)
  }

  take(): Cells {
    if (this.#taken === rowsPerArray) {
      this.#numbers = new Float64Array(rowsPerArray * this.#cellsPerRow)
      this.#taken = 0
    }
    this.#taken += 1
    return { numbers: this.#numbers, at: (this.#taken - 1) * this.#cellsPerRow }
  }
}
