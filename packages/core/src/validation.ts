import { InvalidOptionsError } from './errors.ts'
import { placeOf } from './option-places.ts'

/*
 * Options are checked once, when a balancer or an adapter is made, and nothing is silently ignored: a misspelt
 * `ejectionMS` on a payment system must not be found out in an incident.
 */

/** What one option may be: a test, and the words that an error shows for it. */
export interface Rule {
  readonly allowed: string
  accepts(value: unknown): boolean
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

/** A number in `[min, max]`, or a whole number where `whole` is set. */
function number(min: number, max: number = Infinity, whole: boolean = false): Rule {
  const kind = whole ? 'a whole number' : 'a finite number'
  return {
    allowed: max === Infinity ? `${kind} of at least ${min}` : `${kind} from ${min} to ${max}`,
    accepts: (value) => isNumber(value) && value >= min && value <= max && (!whole || Number.isInteger(value)),
  }
}

function oneOf(...values: readonly unknown[]): Rule {
  return { allowed: values.map((value) => show(value)).join(', '), accepts: (value) => values.includes(value) }
}

function either(...options: readonly Rule[]): Rule {
  return {
    allowed: options.map((rule) => rule.allowed).join(', or '),
    accepts: (value) => options.some((rule) => rule.accepts(value)),
  }
}

function matching(allowed: string, accepts: (value: unknown) => boolean): Rule {
  return { allowed, accepts }
}

/** The rules that options are made of. Times are in milliseconds, up to what a timer can hold. */
export const rules: {
  readonly number: typeof number
  readonly oneOf: typeof oneOf
  readonly either: typeof either
  readonly matching: typeof matching
  readonly count: Rule
  readonly ms: Rule
  readonly flag: Rule
  readonly text: Rule
  readonly callback: Rule
  readonly object: Rule
  readonly anything: Rule
} = {
  number,
  oneOf,
  either,
  matching,
  count: number(1, Infinity, true),
  ms: number(1, 2_147_483_647),
  flag: oneOf(true, false),
  text: matching('a string that is not empty', (value) => typeof value === 'string' && value !== ''),
  callback: matching('a function', (value) => typeof value === 'function'),
  object: matching('an object', isPlainObject),
  anything: matching('anything', () => true),
}

/** Whether a value can hold options: an object that is no array. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Checks every option in `given` against its rule. An option that is `undefined` counts as not given.
 *
 * @param path where the options stand, such as `servers[1]`; empty at the top
 * @param elsewhere what else to tell those who give an option that is not known here
 * @throws InvalidOptionsError that names the path, the value and what is allowed
 */
export function checkOptions(
  given: unknown,
  allowed: Readonly<Record<string, Rule>>,
  path: string,
  elsewhere: string = '',
): void {
  if (!isPlainObject(given)) throw invalid(path || 'options', given, 'an object')
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    const optionPath = path === '' ? name : `${path}.${name}`
    const rule = Object.hasOwn(allowed, name) ? allowed[name] : undefined
    if (rule === undefined) {
      throw new InvalidOptionsError(optionPath, unknownOption(name, Object.keys(allowed), elsewhere))
    }
    if (!rule.accepts(value)) throw invalid(optionPath, value, rule.allowed)
  }
}

/** `defaults`, overwritten by what is given and not undefined. */
export function withDefaults<Options extends object>(defaults: Options, given: Partial<Options> | undefined): Options {
  const chosen = Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined))
  return { ...defaults, ...chosen }
}

/** The error for one wrong value. */
export function invalid(path: string, value: unknown, allowed: string): InvalidOptionsError {
  return new InvalidOptionsError(path, `${show(value)} is not allowed; expected ${allowed}`)
}

function unknownOption(name: string, known: readonly string[], elsewhere: string): string {
  const near = known.find((candidate) => candidate.toLowerCase() === name.toLowerCase())
  if (near !== undefined) return `unknown option; did you mean ${near}?`
  const place = placeOf(name)
  if (place !== undefined) return `unknown option here; ${place}`
  return `unknown option; known options are ${known.join(', ')}${elsewhere === '' ? '' : `; ${elsewhere}`}`
}

/* A value in an error must help, and must not carry a secret: what may be one is cut out, objects are not opened. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(withoutSecrets(value).slice(0, 80))
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(value)
}

/* Everything before an @ but the scheme, and every query, whatever else is wrong with the URL; and keys in PEM. */
function withoutSecrets(text: string): string {
  if (text.includes('-----BEGIN')) return '***'
  return text.replace(/^([a-z][a-z\d+.-]*:\/+)?.*@/isu, '$1***@').replace(/\?.+$/su, '?***')
}
