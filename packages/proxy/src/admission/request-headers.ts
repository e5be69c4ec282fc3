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

const noFields = new FieldNames([])

/** The fields that `Connection` names. */
export function namedByConnection(rawHeaders: readonly string[]): FieldNames {
  const tokens = tokensOfConnection(rawHeaders)
  return tokens.length === 0 ? noFields : new FieldNames(tokens)
}

function tokensOfConnection(rawHeaders: readonly string[]): readonly string[] {
  const values = valuesOf(rawHeaders, 'connection')
  if (values.length === 0) return values
  const tokens = values.join().split(',')
  return tokens.map((token) => token.trim().toLowerCase())
}

/**
 * The fields that go on, as a flat list of names and values, with those that tell the server who asked.
 *
 * @param keyField name of the idempotency key's field, in lower case
 * @throws Refusal 400 when `Connection` names a field that must arrive
 */
export function requestHeaders(rawHeaders: readonly string[], keyField: string, peer: Peer, trust: Trust): string[] {
  for (const name of tokensOfConnection(rawHeaders)) {
    if (name !== keyField && !isProtected(name)) continue
    throw new Refusal(400, `the Connection field names ${name}, which must reach the server`)
  }
  const named = namedByConnection(rawHeaders)
  const passed: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    const endsHere = hopByHop.has(name) || named.has(name) || ownFields.has(name) || saysWhoAsked(name)
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
