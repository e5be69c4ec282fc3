import { hashText } from '../strategies/key-hash.ts'

/** A key as 16 hexadecimal digits, the same in every process. It finds a payment in a log; it does not keep a secret. */
export function hashKey(key: string): string {
  return digits(hashText(key)) + digits(hashText(`${key}.`))
}

function digits(hash: number): string {
  return hash.toString(16).padStart(8, '0')
}
