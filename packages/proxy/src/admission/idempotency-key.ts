import { Refusal } from './refusal.ts'
import { valuesOf } from './request-headers.ts'

const maxKeyBytes = 255

/**
 * The idempotency key of a request, as it was sent: quoted (a structured field string) and bare forms both go on
 * unchanged.
 *
 * @param field in lower case
 * @throws Refusal 400 for two keys, or one that servers could read differently
 */
export function keyOf(rawHeaders: readonly string[], field: string): string | undefined {
  const keys = valuesOf(rawHeaders, field)
  const [key] = keys
  if (key === undefined) return undefined
  if (keys.length > 1) throw new Refusal(400, `there are ${keys.length} ${field} fields; send one`)
  const problem = problemOfKey(key)
  if (problem !== undefined) throw new Refusal(400, `the ${field} field ${problem}`)
  return key
}

/** What is wrong with a key; undefined when it is a good one. */
export function problemOfKey(key: string): string | undefined {
  if (key === '' || key === '""') return 'is empty'
  if (key.length > maxKeyBytes) return `is longer than ${maxKeyBytes} bytes`
  if (!/^[\x20-\x7e]+$/u.test(key)) return 'may hold visible ASCII only'
  return key.trim() === key ? undefined : 'begins or ends with a space'
}
