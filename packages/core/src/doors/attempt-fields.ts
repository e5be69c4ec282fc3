import type { Server } from '../servers/server.ts'
import { callHook, HookFailure } from './call-hook.ts'
import { byName, fields, hopByHop } from './fields.ts'

/*
 * Fields that differ from attempt to attempt, such as a signature over the server's authority. What must be the same on
 * every attempt, or belongs to the connection, a hook may not touch: then nothing is sent.
 */

/** A request that is about to be sent. */
export interface AttemptRequest {
  readonly method: string
  /** Path and query as they go on the wire, below the server's base path. */
  readonly target: string
  /** By name in lower case; values of one name are joined. Without those that the connection adds. */
  readonly headers: Readonly<Record<string, string>>
  /** A copy. Undefined where there is none, and for one that is too long to be held in memory. */
  readonly body: Uint8Array | undefined
  readonly key: string | undefined
}

/** Returns the header fields to set on one attempt: they take the place of those of the same name. */
export type AttemptHook = (request: AttemptRequest, server: Server) => Readonly<Record<string, string>> | undefined

/** What is to be sent, before any attempt. */
export interface Outgoing {
  readonly method: string
  readonly path: string
  /** A flat list of names and values. */
  readonly headers: readonly string[]
  readonly body: unknown
}

const frozen: ReadonlySet<string> = new Set(['host', 'content-length', 'content-type', 'content-encoding', 'expect'])

/** By what a payment is known. */
export interface KeyOfAttempt {
  readonly key: string | undefined
  /** The name of the key's field, in lower case. */
  readonly keyField: string
}

/** The fields of one attempt, as a flat list. @throws HookFailure when the hook fails or sets what it may not */
export function attemptHeaders(
  hook: AttemptHook,
  outgoing: Outgoing,
  payment: KeyOfAttempt,
  server: Server,
): readonly string[] {
  const set = fieldsSetBy(hook, outgoing, payment, server)
  if (set.length === 0) return outgoing.headers
  const replaced = new Set(set.map(([name]) => name.toLowerCase()))
  const kept = [...fields(outgoing.headers)].filter(([name]) => !replaced.has(name.toLowerCase()))
  return [...kept, ...set].flat()
}

/** The fields that the hook sets. @throws HookFailure when the hook fails or sets what it may not */
export function fieldsSetBy(
  hook: AttemptHook,
  outgoing: Outgoing,
  { key, keyField }: KeyOfAttempt,
  server: Server,
): readonly (readonly [name: string, value: string])[] {
  const returned = callHook('onAttempt', () => hook(requestFor(outgoing, key), server))
  if (returned === undefined) return []
  if (typeof returned !== 'object' || returned === null) {
    throw new HookFailure(`onAttempt returned ${typeof returned}; it must return an object of headers, or nothing`)
  }
  return Object.entries(returned).map(([name, value]) => checked(name, value, keyField))
}

function requestFor({ method, path, headers, body }: Outgoing, key: string | undefined): AttemptRequest {
  return Object.freeze({
    method,
    target: path,
    headers: byName(headers),
    get body() {
      return body instanceof Uint8Array ? Uint8Array.from(body) : undefined
    },
    key,
  })
}

/* Some servers read `Idempotency_Key` as the key, too. */
function checked(name: string, value: unknown, keyField: string): readonly [string, string] {
  const field = name.toLowerCase().replaceAll('_', '-')
  if (!/^[\w!#$%&'*+.^`|~-]+$/u.test(name)) throw new HookFailure('onAttempt set a header whose name is no token')
  if (field === keyField || frozen.has(field) || hopByHop.has(field)) {
    throw new HookFailure(
      `onAttempt set ${field}, which it may not: the key, the host, the body and the connection are the same on every attempt`,
    )
  }
  if (typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/u.test(value)) return [name, value]
  throw new HookFailure(`onAttempt set ${field} to what is no header value: a string without control characters`)
}
