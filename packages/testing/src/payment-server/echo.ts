import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { headerPairs } from './request-log.ts'
import type { RequestBody } from './request-body.ts'

/** What `/echo` answers: the request as it reached the server. */
export interface Echo {
  readonly method: string
  /** Path and query, byte for byte. */
  readonly target: string
  /** Every header field in its order, with its spelling. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: {
    readonly length: number
    /** SHA-256 in hexadecimal. */
    readonly sha256: string
    /** The body as text, or null where it is over 64 KiB or not UTF-8. */
    readonly text: string | null
  }
}

export function echo(request: IncomingMessage, body: RequestBody): Echo {
  const isText = body.bytes !== undefined && isUtf8(body.bytes)
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    headers: headerPairs(request),
    body: { length: body.length, sha256: body.hash, text: isText ? (body.bytes?.toString('utf8') ?? null) : null },
  }
}
