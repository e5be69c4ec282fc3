import { hashText } from '../strategies/key-hash.ts'

/** A key as 16 hexadecimal digits, the same in every process. It finds a payment in a log; it does not keep a secret. */
export function hashKey(key: string): string {
  return [hashText(key), hashText(`${key}.`)].map((hash) => hash.toString(16).padStart(8, '0')).join('')
}
