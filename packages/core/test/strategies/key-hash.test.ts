import { describe, expect, test } from 'vitest'
import { hashText, mix } from '../../src/strategies/key-hash.ts'

/* Published values: FNV-1a of the authors' test suite, and the finaliser of MurmurHash3. */

describe('the hash of keys', () => {
  test.each([
    ['', 0x811c_9dc5],
    ['a', 0xe40c_292c],
    ['foobar', 0xbf9c_f968],
  ])('is FNV-1a of %j, mixed', (text, fnv) => {
    expect(hashText(text)).toBe(mix(fnv))
  })

  test.each([
    [0, 0],
    [1, 0x514e_28b7],
    [2, 0x30f4_c306],
  ])('mixes %d', (value, mixed) => {
    expect(mix(value)).toBe(mixed)
  })

  test('is that of yesterday: a change would move every key', () => {
    expect(hashText('8e03978e-40d5-43dd-bc93-6894a57f9324')).toBe(554919436)
    expect(hashText('naïve 🙂')).toBe(3424262586)
  })

  test('differs for keys that differ in one character', () => {
    const hashes = Array.from({ length: 20_000 }, (_, index) => hashText(`order-${index}`))
    expect(new Set(hashes).size).toBeGreaterThan(19_998)
  })
})
