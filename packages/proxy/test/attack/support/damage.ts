import * as fc from 'fast-check'

/* What happens to well-formed bytes: a few are cut out, a few are put in, and the whole comes in pieces. */

/** A change of some bytes. `at` is a share of the whole. */
export interface Damage {
  readonly at: number
  readonly cut: number
  readonly insert: string
}

/** A share of the whole. Doubles at random would crowd around 0. */
export const share: fc.Arbitrary<number> = fc.integer({ min: 0, max: 10_000 }).map((parts) => parts / 10_000)

export const damage: fc.Arbitrary<Damage> = fc.record({
  at: share,
  cut: fc.constantFrom(0, 0, 1, 2, 7),
  insert: fc.oneof(
    fc.constantFrom('\r\n', '\n', '\r', '\0', ' ', '\t', ':', ',', '\r\n ', '\r\n\r\n', '0', 'f', '\u0080', '\u00ff'),
    fc.string({ unit: 'binary-ascii', minLength: 0, maxLength: 3 }),
  ),
})

/** One in four is strange. */
export function mostly<Value>(usual: Value, strange: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...strange) })
}

export function damaged(text: string, { at, cut, insert }: Damage): string {
  const from = Math.floor(at * text.length)
  return text.slice(0, from) + insert + text.slice(from + cut)
}

/** Takes a text apart. @param shares where, as shares of the whole */
export function piecesOf(text: string, shares: readonly number[]): readonly string[] {
  const borders = [0, ...shares.map((at) => Math.floor(at * text.length)).toSorted((a, b) => a - b), text.length]
  return borders.slice(1).map((border, index) => text.slice(borders[index], border))
}
