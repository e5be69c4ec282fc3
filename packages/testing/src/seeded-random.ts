/*
 * A run that cannot be repeated proves little, so all chance in this package comes from a seed. The generator is
 * mulberry32 (Tommy Ettinger, public domain): 32 bits of state, good enough to spread faults, not for secrets.
 */

/**
 * Makes a source of numbers in `[0, 1)` that always yields the same sequence for the same seed.
 *
 * @param seed any integer; only its lowest 32 bits count
 */
export function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
