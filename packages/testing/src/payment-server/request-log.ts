import type { IncomingMessage } from 'node:http'

/** One request as it arrived, in the order of arrival. */
export interface RecordedRequest {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** SHA-256 of the body in hexadecimal, once it was read to its end. */
  bodyHash: string | undefined
}

export function recordOf(request: IncomingMessage): RecordedRequest {
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    headers: headerPairs(request),
    bodyHash: undefined,
  }
}

/** The header fields of a request in pairs, nothing merged, renamed or sorted. */
export function headerPairs(request: IncomingMessage): [name: string, value: string][] {
  const pairs: [string, string][] = []
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    pairs.push([request.rawHeaders[index] ?? '', request.rawHeaders[index + 1] ?? ''])
  }
  return pairs
}
