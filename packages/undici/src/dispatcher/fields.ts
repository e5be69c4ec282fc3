import { PaylbError } from '@paylb/core'
import type { Dispatcher } from 'undici'

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
