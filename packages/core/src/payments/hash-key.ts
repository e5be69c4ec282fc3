import { hashText } from '../strategies/key-hash.ts'

/** A key as 16 hexadecimal digits, the same in every process. It finds a payment in a log; it does not keep a secret. */
export function hashKey(key: string): string {
  return digits(hashText(key)) + digits(hashText(`${key}.`))
}

function digits(hash: number): string {
  return fourDigits(hash >>> 16) + fourDigits(hash & 0xffff)
}

/* A small integer is written much faster than a large one. */
function fourDigits(half: number): string {
  return half.toString(16).padStart(4, '0')
}
