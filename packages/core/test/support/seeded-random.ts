import type { Random } from '../../src/index.ts'

/** Chance that is the same in every run: xorshift with 128 bits of state (Marsaglia, "Xorshift RNGs", 2003). */
export function seededRandom(seed: number): Random {
  let [x, y, z, w] = [1, 2, 3, 4].map((word) => Math.imul(seed + word, 0x9e37_79b1) | 1) as [
    number,
    number,
    number,
    number,
  ]
  const next = (): number => {
    const mixed = x ^ (x << 11)
    ;[x, y, z] = [y, z, w]
    w = w ^ (w >>> 19) ^ mixed ^ (mixed >>> 8)
    return (w >>> 0) / 2 ** 32
  }
  for (let warmUp = 0; warmUp < 64; warmUp += 1) next()
  return next
}
