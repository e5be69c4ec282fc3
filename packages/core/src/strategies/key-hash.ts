/*
 * Hashes that are the same in every process: no seed, no platform, no version of Node in them. They spread keys; they
 * are no defence against someone who chooses keys to hit one server, which is what bounded load is for.
 */

/** FNV-1a over the UTF-16 code units of a text, mixed. Source: Fowler, Noll and Vo, "The FNV Non-Cryptographic Hash". */
export function hashText(text: string): number {
  let hash = 0x811c_9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193)
  }
  return mix(hash)
}

/** Makes every bit depend on every other one; a whole number from 0 to 2^32 − 1. Source: Appleby's MurmurHash3, fmix32. */
export function mix(value: number): number {
  let mixed = value ^ (value >>> 16)
  mixed = Math.imul(mixed, 0x85eb_ca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2_ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** 2^32 divided by the golden ratio: steps of it visit all 32-bit numbers, evenly spread. */
export const goldenStep = 0x9e37_79b9
