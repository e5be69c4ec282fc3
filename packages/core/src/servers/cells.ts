/*
 * The changing numbers of a server lie side by side in one row of an array that many servers share. As fields of
 * objects each of them would be an object of its own somewhere in memory, and with ten thousand servers a pick would wait
 * for twenty of those instead of for a few: that, and not the arithmetic, is what a large pool costs.
 */

/** A row of numbers: `numbers[at]`, `numbers[at + 1]`, … */
export interface Cells {
  readonly numbers: Float64Array
  readonly at: number
}

/** A row that shares its array with nobody. */
export function ownCells(count: number): Cells {
  return { numbers: new Float64Array(count), at: 0 }
}

const fewestRows = 16
const mostRows = 1_024

/** Hands out rows of equal length. Those that are given back are handed out again, so that a pool of guests does not grow. */
export class CellRows {
  readonly #cellsPerRow: number
  readonly #free: Cells[] = []
  #rows = fewestRows / 2

  constructor(cellsPerRow: number) {
    this.#cellsPerRow = cellsPerRow
  }

  take(): Cells {
    const free = this.#free.pop()
    if (free !== undefined) return free
    this.#rows = Math.min(2 * this.#rows, mostRows)
    const numbers = new Float64Array(this.#rows * this.#cellsPerRow)
    for (let row = this.#rows - 1; row > 0; row -= 1) this.#free.push({ numbers, at: row * this.#cellsPerRow })
    return { numbers, at: 0 }
  }

  /** Takes a row back that nobody reads or writes any more. */
  giveBack(row: Cells): void {
    this.#free.push(row)
  }
}
