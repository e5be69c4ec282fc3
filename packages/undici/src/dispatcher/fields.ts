import { PaylbError } from '@paylb/core'
import type { Dispatcher } from 'undici'

/* Header fields in the one form that keeps their order and their duplicates: a flat list of names and values. */

/** Fields that are for one connection only (RFC 9110, section 7.6.1). */
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

/** Names and values of a flat list. */
export function* fields(flat: readonly string[]): Generator<readonly [string, string]> {
  for (let index = 0; index + 1 < flat.length; index += 2) yield [flat[index] ?? '', flat[index + 1] ?? '']
}

/** Headers in whichever form undici takes them. @throws PaylbError with code `bad-request` */
export function flatFields(headers: Dispatcher.DispatchOptions['headers']): readonly string[] {
  const flat: string[] = []
  for (const [name, value] of entriesOf(headers)) {
    if (typeof name !== 'string') throw badHeaders()
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (one !== undefined) flat.push(name, textOf(one))
    }
  }
  return flat
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

function entriesOf(headers: unknown): Iterable<readonly [unknown, unknown]> {
  if (headers === undefined || headers === null) return []
  if (typeof headers !== 'object') throw badHeaders()
  if (Array.isArray(headers)) return pairs(headers)
  if (Symbol.iterator in headers) return headers as Iterable<readonly [unknown, unknown]>
  return Object.entries(headers)
}

function pairs(flat: readonly unknown[]): readonly (readonly [unknown, unknown])[] {
  if (flat.length % 2 !== 0) throw badHeaders()
  return Array.from({ length: flat.length / 2 }, (_none, index) => [flat[2 * index], flat[2 * index + 1]])
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value === null) return ''
  throw badHeaders()
}

function badHeaders(): PaylbError {
  return new PaylbError('bad-request', 'headers must be names and values, in one of the forms that undici takes')
}
