import { problemOfKey, valuesOf } from '@paylb/core/doors'
import { Refusal } from './refusal.ts'

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
