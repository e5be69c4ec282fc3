/* Header fields in the one form that keeps their order and their duplicates: a flat list of names and values. */

/** Fields that are for one connection only, in requests and in answers (RFC 9110, section 7.6.1). */
export const hopByHop: ReadonlySet<string> = new Set([
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

/** All values of a field, in order. @param field in lower case */
export function valuesOf(flat: readonly string[], field: string): readonly string[] {
  const values: string[] = []
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const name = flat[index] ?? ''
    if (name.length === field.length && name.toLowerCase() === field) values.push(flat[index + 1] ?? '')
  }
  return values
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
