import { valuesOf } from '@paylb/core/doors'
import { Refusal } from './refusal.ts'

/* How far an OPTIONS request wants to go (RFC 9110, section 7.6.2). For other methods the field is passed on as it is. */

/** Whether a request wants no further than here. @throws Refusal 400 for what is no number */
export function endsHere(method: string, rawHeaders: readonly string[]): boolean {
  if (method !== 'OPTIONS') return false
  const values = valuesOf(rawHeaders, 'max-forwards')
  if (values.length > 1 || !values.every((value) => /^\d{1,9}$/u.test(value))) {
    throw new Refusal(400, 'the Max-Forwards field must be one number')
  }
  return Number(values[0] ?? 1) === 0
}

/** Counts one step down, in a flat list of names and values. */
export function countDown(method: string, headers: string[]): void {
  if (method !== 'OPTIONS') return
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index]?.toLowerCase() === 'max-forwards') headers[index + 1] = String(Number(headers[index + 1]) - 1)
  }
}
