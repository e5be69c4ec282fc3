/* How well counts fit the shares that were expected. */

/** Pearson's chi-square of `counts` against `shares`, which need not add up to 1. */
export function chiSquare(counts: readonly number[], shares: readonly number[]): number {
  const total = sum(counts)
  const parts = sum(shares)
  return sum(
    counts.map((count, index) => {
      const expected = (total * (shares[index] ?? 0)) / parts
      return (count - expected) ** 2 / expected
    }),
  )
}

/** The chi-square that 1 in 1000 true samples exceed, by degrees of freedom. Source: any printed table. */
export const critical: Readonly<Record<number, number>> = { 1: 10.828, 2: 13.816, 3: 16.266, 4: 18.467, 9: 27.877 }

/** The same for any number of degrees of freedom, nearly. Source: Wilson and Hilferty, 1931. */
export function chiSquareLimit(degrees: number): number {
  const part = 2 / (9 * degrees)
  return degrees * (1 - part + deviationsOf1In1000 * Math.sqrt(part)) ** 3
}

const deviationsOf1In1000 = 3.09

/** The share of each id, in the order of `ids`. */
export function sharesOf(counts: Readonly<Record<string, number>>, ids: readonly string[]): number[] {
  const total = sum(Object.values(counts))
  return ids.map((id) => (counts[id] ?? 0) / total)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
