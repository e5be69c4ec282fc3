/*
 * Chance in proportion to weights in constant time: one number in [0, 1) chooses a column and, within it, one of two
 * entries. The naive loop that draws a new number for every entry is biased towards the first. The arrays are used again
 * at the next build. Source: Vose, "A Linear Algorithm for Generating Random Numbers with a Given Distribution".
 */

/** Draws indexes in proportion to weights. */
export class AliasTable {
  #size = 0
  /** For each column, the chance that it keeps its own index. */
  #keeps: Float64Array = new Float64Array(0)
  /** For each column, the index that gets the rest. */
  #aliases: Uint32Array = new Uint32Array(0)
  /** Columns that are not full, from the front, and those that are more than full, from the back. */
  #waiting: Uint32Array = new Uint32Array(0)

  /** Takes the first `size` weights. There must be at least one above 0. */
  build(weights: Float64Array, size: number): void {
    this.#resize(size)
    const keeps = this.#keeps
    const aliases = this.#aliases
    const waiting = this.#waiting
    let sum = 0
    for (let index = 0; index < size; index += 1) sum += weights[index] ?? 0
    let small = 0
    let large = size
    for (let index = 0; index < size; index += 1) {
      const share = (weights[index] ?? 0) / (sum / size)
      keeps[index] = share
      aliases[index] = index
      if (share < 1) waiting[small++] = index
    }
    for (let index = 0; index < size; index += 1) if ((keeps[index] ?? 0) >= 1) waiting[--large] = index
    while (small > 0 && large < size) {
      const under = waiting[--small] ?? 0
      const over = waiting[large++] ?? 0
      aliases[under] = over
      const left = (keeps[over] ?? 0) - (1 - (keeps[under] ?? 0))
      keeps[over] = left
      if (left < 1) waiting[small++] = over
      else waiting[--large] = over
    }
    while (small > 0) keeps[waiting[--small] ?? 0] = 1 // what is missing to a whole column is rounding
  }

  draw(random: () => number): number {
    const drawn = random() * this.#size
    const column = Math.floor(drawn)
    return drawn - column < (this.#keeps[column] ?? 1) ? column : (this.#aliases[column] ?? column)
  }

  #resize(size: number): void {
    this.#size = size
    if (this.#keeps.length >= size) return
    this.#keeps = new Float64Array(size)
    this.#aliases = new Uint32Array(size)
    this.#waiting = new Uint32Array(size)
  }
}
