import { FieldNames, hopByHop, valuesOf } from '@paylb/core/doors'
import { addForwardedFields, saysWhoAsked } from './forwarded-fields.ts'
import type { Peer, Trust } from './forwarded-fields.ts'
import { Refusal } from './refusal.ts'

/*
 * Which fields of a request go on to a server. Connection fields end here (RFC 9110, section 7.6.1). A `Connection` field
 * that names the idempotency key or a signature would have us drop it silently and charge twice, so it is refused.
 */

/* Written anew for each server, or answered here. */
const ownFields = new FieldNames(['host', 'content-length', 'expect'])

const protectedFields: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'host',
  'content-length',
  'content-type',
  'transfer-encoding',
  'date',
  'digest',
  'content-digest',
  'forwarded',
  'via',
])

const none: readonly string[] = []

/** The names that `Connection` has for fields, in lower case; what is for one connection anyway may be left out. */
export function namedByConnection(rawHeaders: readonly string[]): readonly string[] {
  const values = valuesOf(rawHeaders, 'connection')
  if (values.length === 0 || (values.length === 1 && values[0] === 'keep-alive')) return none
  const tokens = values.join().split(',')
  return tokens.map((token) => token.trim().toLowerCase())
}

/** Whether a field is among names in lower case. */
export function isAmong(name: string, names: readonly string[]): boolean {
  return names.length > 0 && names.includes(name.toLowerCase())
}

/**
 * The fields that go on, as a flat list of names and values, with those that tell the server who asked.
 *
 * @param keyField name of the idempotency key's field, in lower case
 * @throws Refusal 400 when `Connection` names a field that must arrive
 */
export function requestHeaders(rawHeaders: readonly string[], keyField: string, peer: Peer, trust: Trust): string[] {
  const named = namedByConnection(rawHeaders)
  for (const name of named) {
    if (name !== keyField && !isProtected(name)) continue
    throw new Refusal(400, `the Connection field names ${name}, which must reach the server`)
  }
  const passed: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    const endsHere = hopByHop.has(name) || isAmong(name, named) || ownFields.has(name) || saysWhoAsked(name)
    if (!endsHere) passed.push(name, rawHeaders[index + 1] ?? '')
  }
  addForwardedFields(passed, rawHeaders, peer, trust)
  return passed
}

/** The single Host field. @throws Refusal 400 when there is none, more than one, or one that is no host */
export function hostOf(rawHeaders: readonly string[]): string {
  const hosts = valuesOf(rawHeaders, 'host')
  const [host] = hosts
  if (hosts.length !== 1 || host === undefined) throw new Refusal(400, 'a request must have exactly one Host field')
  if (!/^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+;=%-]+)(?::\d*)?$/iu.test(host)) {
    throw new Refusal(400, 'the Host field is not a host')
  }
  return host
}

function isProtected(field: string): boolean {
  return protectedFields.has(field) || field.includes('signature') || field.startsWith('x-forwarded-')
}
