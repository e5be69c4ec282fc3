/*
 * A misspelt fault would be a test that tests nothing, so every field is checked and an error names the path, the
 * value and what is allowed.
 */

/** What one field may hold: a test, and the words that an error shows for it. */
export interface Rule {
  readonly allowed: string
  accepts(value: unknown): boolean
}

/** Any value that passes `accepts`. */
export function matching(allowed: string, accepts: (value: unknown) => boolean): Rule {
  return { allowed, accepts }
}

/** One of the given values. */
export function oneOf(...values: readonly unknown[]): Rule {
  return matching(values.map((value) => show(value)).join(', '), (value) => values.includes(value))
}

/** A whole number in `[min, max]`. */
export function wholeNumber(min: number, max: number): Rule {
  return matching(
    `a whole number from ${min} to ${max}`,
    (value) => typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max,
  )
}

export const flag: Rule = oneOf(true, false)
export const text: Rule = matching('a string that is not empty', (value) => typeof value === 'string' && value !== '')
/** Milliseconds, up to what a timer can hold. */
export const milliseconds: Rule = wholeNumber(0, 2_147_483_647)
export const port: Rule = wholeNumber(0, 65_535)

/** Whether a value can hold fields: an object that is no array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Checks every field in `given` against its rule. A field that is `undefined` counts as not given.
 *
 * @param path where the fields stand, such as `faults[1]`
 * @throws TypeError that names the path, the value and what is allowed
 */
export function checkFields(given: unknown, rules: Readonly<Record<string, Rule>>, path: string): void {
  if (!isRecord(given)) throw notAllowed(path, given, 'an object')
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
    if (rule === undefined) throw new TypeError(`${path}.${name}: unknown; known are ${Object.keys(rules).join(', ')}`)
    if (!rule.accepts(value)) throw notAllowed(`${path}.${name}`, value, rule.allowed)
  }
}

/** The error for one wrong value. */
export function notAllowed(path: string, value: unknown, allowed: string): TypeError {
  return new TypeError(`${path}: ${show(value)} is not allowed; expected ${allowed}`)
}

function show(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'number') return String(value)
  return JSON.stringify(value)?.slice(0, 80) ?? String(value)
}
