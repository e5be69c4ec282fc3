/* Header fields in the one form that keeps their order and their duplicates: a flat list of names and values. */

/** Names of fields, in whatever case they are asked for. Most names are ruled out by their length, without a copy. */
export class FieldNames {
  readonly #byLength: readonly ReadonlySet<string>[]

  constructor(names: readonly string[]) {
    const longest = Math.max(-1, ...names.map((name) => name.length))
    const ofLength = (length: number): readonly string[] => names.filter((name) => name.length === length)
    this.#byLength = Array.from({ length: longest + 1 }, (_, length) => new Set(ofLength(length)))
  }

  has(name: string): boolean {
    const same = name.length < this.#byLength.length ? this.#byLength[name.length] : undefined
    return same !== undefined && same.size > 0 && same.has(name.toLowerCase())
  }
}

/** Fields that are for one connection only, in requests and in answers (RFC 9110, section 7.6.1). */
export const hopByHop: FieldNames = new FieldNames([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])

/** Calls `visit` with each name and value of a flat list. It costs nothing beside the call, so it is for every request. */
export function eachField(flat: readonly string[], visit: (name: string, value: string) => void): void {
  for (let index = 0; index + 1 < flat.length; index += 2) visit(flat[index] ?? '', flat[index + 1] ?? '')
}

/** Names and values of a flat list. */
export function* fields(flat: readonly string[]): Generator<readonly [name: string, value: string]> {
  for (let index = 0; index < flat.length; index += 2) yield [flat[index] ?? '', flat[index + 1] ?? '']
}

/** Whether a name is that of a field. @param field in lower case */
export function isField(name: string, field: string): boolean {
  return name.length === field.length && name.toLowerCase() === field
}

const none: readonly string[] = []

/** All values of a field, in order. @param field in lower case */
export function valuesOf(flat: readonly string[], field: string): readonly string[] {
  let values: string[] | undefined
  for (let index = 0; index + 1 < flat.length; index += 2) {
    if (!isField(flat[index] ?? '', field)) continue
    const value = flat[index + 1] ?? ''
    if (values === undefined) values = [value] // a list of one takes a fraction of the memory of one that grows
    else values.push(value)
  }
  return values ?? none
}

/** The values by name in lower case, joined where there are several. */
export function byName(flat: readonly string[]): Readonly<Record<string, string>> {
  const named = new Map<string, string>()
  for (const [name, value] of fields(flat)) {
    const known = named.get(name.toLowerCase())
    named.set(name.toLowerCase(), known === undefined ? value : `${known}, ${value}`)
  }
  return Object.freeze(Object.fromEntries(named))
}
