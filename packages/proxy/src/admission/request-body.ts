import type { IncomingMessage } from 'node:http'
import { valuesOf } from '@paylb/core/doors'
import type { BodyStream } from '@paylb/undici'
import { ArrivingBody } from './arriving-body.ts'
import { parsedBody } from './parsed-body.ts'
import { Refusal } from './refusal.ts'

/*
 * A body up to `maxReplayBytes` is complete in memory before the first byte goes to a server, so that it can be sent
 * again, the same to the byte. A longer one streams, and can be sent only once.
 */

/** The limits that a body is read under. */
export interface BodyLimits {
  readonly maxReplayBytes: number
  readonly maxBodyBytes: number
  readonly timeouts: { readonly idleMs: number }
}

/** The body of a request: whole, on its way, or none. */
export type RequestBody = Uint8Array | StreamedBody | undefined

/** A body that is too long to be kept. */
export class StreamedBody implements BodyStream {
  readonly #request: IncomingMessage
  readonly #limits: BodyLimits
  readonly #head: readonly Buffer[]
  readonly length: number | undefined
  /** Once a byte was handed out, the body cannot be sent again from its start. */
  hasBegun = false

  constructor(request: IncomingMessage, limits: BodyLimits, head: readonly Buffer[], length: number | undefined) {
    this.#request = request
    this.#limits = limits
    this.#head = head
    this.length = length
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    if (this.hasBegun) throw new Error('a streamed body can be sent only once')
    this.hasBegun = true
    yield* this.#head
    let bytes = byteLength(this.#head)
    const arriving = new ArrivingBody(this.#request, this.#limits.timeouts.idleMs)
    try {
      for (;;) {
        const chunk = await arriving.next()
        if (chunk === undefined) return
        bytes += chunk.length
        if (bytes > this.#limits.maxBodyBytes) throw tooLarge(this.#limits)
        yield chunk
      }
    } finally {
      arriving.release()
    }
  }
}

/**
 * Reads the body of a request, whole where it is short enough; undefined at once where there is none.
 *
 * @throws (or rejects) Refusal 413 when it is too large, 408 when the caller is too slow, 400 when the caller goes away,
 *   500 when a body parser has read it before
 */
export function readBody(request: IncomingMessage, limits: BodyLimits): RequestBody | Promise<RequestBody> {
  const length = declaredLength(request.rawHeaders)
  if (!hasBody(request, length)) return undefined
  if (length !== undefined && length > limits.maxBodyBytes) throw tooLarge(limits)
  if (request.readableDidRead) return parsedBody(request, length)
  if (length !== undefined && length > limits.maxReplayBytes) return new StreamedBody(request, limits, [], length)
  const read = (): RequestBody | Promise<RequestBody> =>
    takeWhole(request, length) ?? readReplayable(request, limits, length)
  return Promise.resolve().then(read) // what came with the head is here after this turn
}

/* A body that lies here as a whole, as most do that come with their head. */
function takeWhole(request: IncomingMessage, length: number | undefined): Buffer | undefined {
  const body = request.readableLength === length ? (request.read() as Buffer | null) : null
  if (body === null) return undefined
  request.resume() // nothing more comes, but the stream must come to its end
  return body
}

/* Reads up to `maxReplayBytes`; of a longer body the rest is left to be streamed. */
async function readReplayable(
  request: IncomingMessage,
  limits: BodyLimits,
  length: number | undefined,
): Promise<RequestBody> {
  const arriving = new ArrivingBody(request, limits.timeouts.idleMs)
  const head: Buffer[] = []
  let bytes = 0
  try {
    for (;;) {
      const next = arriving.next()
      const chunk = next instanceof Promise ? await next : next
      if (chunk === undefined) return head.length === 1 ? head[0] : Buffer.concat(head)
      head.push(chunk)
      bytes += chunk.length
      if (bytes > limits.maxBodyBytes) throw tooLarge(limits)
      if (bytes > limits.maxReplayBytes) return new StreamedBody(request, limits, head, length)
      if (bytes === length) {
        request.resume() // nothing more comes, but the stream must come to its end
        return head.length === 1 ? head[0] : Buffer.concat(head)
      }
    }
  } finally {
    arriving.release()
  }
}

/** Whether a request announces a body, be it one that is still to come. */
export function hasBody(
  request: IncomingMessage,
  length: number | undefined = declaredLength(request.rawHeaders),
): boolean {
  return length === undefined ? isChunked(request) : length > 0
}

function isChunked({ rawHeaders }: IncomingMessage): boolean {
  return valuesOf(rawHeaders, 'transfer-encoding').length > 0
}

/* From `rawHeaders`: `headers` ends where Node stops counting fields. */
function declaredLength(rawHeaders: readonly string[]): number | undefined {
  const [declared] = valuesOf(rawHeaders, 'content-length')
  return declared === undefined ? undefined : Number(declared)
}

function tooLarge(limits: BodyLimits): Refusal {
  return new Refusal(413, `the request's body is larger than ${limits.maxBodyBytes} bytes`)
}

function byteLength(chunks: readonly Buffer[]): number {
  return chunks.reduce((total, chunk) => total + chunk.length, 0)
}
