import type { Server } from '@paylb/core'
import { AxiosHeaders } from 'axios'
import { callHook, HookFailure } from './call-hook.ts'

/*
 * Headers that differ from attempt to attempt, such as a signature over the server's authority. What must be the same on
 * every attempt, or belongs to the connection, a hook may not touch: then nothing is sent.
 */

/** A request that is about to be sent. */
export interface AttemptRequest {
  readonly method: string
  /** Path and query, below the server's base path. */
  readonly target: string
  /** By name in lower case. Without those that axios and the connection add. */
  readonly headers: Readonly<Record<string, string>>
  /** A copy. Undefined where there is none, and for a stream or a form. */
  readonly body: Uint8Array | undefined
  readonly key: string | undefined
}

/** Returns the headers to set on one attempt: they take the place of those of the same name. */
export type AttemptHook = (request: AttemptRequest, server: Server) => Readonly<Record<string, string>> | undefined

/** What is to be sent, before any attempt. */
export interface Outgoing {
  readonly method: string
  readonly path: string
  readonly headers: AxiosHeaders
  readonly data: unknown
  readonly key: string | undefined
}

const frozen: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'expect',
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

/** The headers of one attempt. @throws HookFailure when the hook fails or sets what it may not */
export function attemptHeaders(hook: AttemptHook, outgoing: Outgoing, keyHeader: string, server: Server): AxiosHeaders {
  const returned = callHook('onAttempt', () => hook(requestFor(outgoing), server))
  const headers = new AxiosHeaders(outgoing.headers)
  if (returned === undefined) return headers
  if (typeof returned !== 'object' || returned === null) {
    throw new HookFailure(`onAttempt returned ${typeof returned}; it must return an object of headers, or nothing`)
  }
  for (const [name, value] of Object.entries(returned)) {
    check(name, value, keyHeader.toLowerCase())
    headers.set(name, value as string, true)
  }
  return headers
}

function requestFor({ method, path, headers, data, key }: Outgoing): AttemptRequest {
  const byName: Record<string, string> = Object.create(null) as Record<string, string>
  for (const [name, value] of Object.entries(headers.toJSON(true))) byName[name.toLowerCase()] = value
  return Object.freeze({
    method,
    target: path,
    headers: Object.freeze(byName),
    get body() {
      return data instanceof Uint8Array ? Uint8Array.from(data) : undefined
    },
    key,
  })
}

/* Some servers read `Idempotency_Key` as the key, too. */
function check(name: string, value: unknown, keyField: string): void {
  const field = name.toLowerCase().replaceAll('_', '-')
  if (!/^[\w!#$%&'*+.^`|~-]+$/u.test(name)) throw new HookFailure('onAttempt set a header whose name is no token')
  if (field === keyField || frozen.has(field)) {
    throw new HookFailure(
      `onAttempt set ${field}, which it may not: the key, the host, the body and the connection are the same on every attempt`,
    )
  }
  if (typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/u.test(value)) return
  throw new HookFailure(`onAttempt set ${field} to what is no header value: a string without control characters`)
}
