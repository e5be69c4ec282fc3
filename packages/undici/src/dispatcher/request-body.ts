import { PaylbError } from '@paylb/core'
import { type Dispatcher, FormData as UndiciFormData, Response as UndiciResponse } from 'undici'

import type { BodyStream } from '../request.ts'
import { BodySource } from './body-source.ts'

/*
 * A body up to `maxReplayBytes` is complete in memory before the first byte goes to a server, so that it can be sent
 * again, the same to the byte. fetch hands over every body, even a string, as an iterable that can be read only once.
 */

/** The limits that a body is read under. */
export interface BodyLimits {
  readonly maxReplayBytes: number
  /** How long its source may pause. */
  readonly idleMs: number
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal
}

/** The body of a request: whole, on its way, or none; with the type that comes with it where it has one. */
export interface TakenBody {
  readonly body: Uint8Array | StreamedBody | undefined
  readonly contentType?: string | null
}

/** A body that is too long to be kept. */
export class StreamedBody implements BodyStream {
  readonly length: number | undefined
  /** Once a byte was handed out, the body cannot be sent again from its start. */
  hasBegun = false
  readonly #head: readonly Uint8Array[]
  readonly #source: BodySource

  constructor(head: readonly Uint8Array[], source: BodySource, length: number | undefined) {
    this.#head = head
    this.#source = source
    this.length = length
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    if (this.hasBegun) throw new Error('a streamed body can be sent only once')
    this.hasBegun = true
    for (const chunk of this.#head) yield chunk
    for (;;) {
      const chunk = await this.#source.next()
      if (chunk === undefined) return
      yield chunk
    }
  }

  /** Lets go of a body that nobody will read any more. */
  release(): void {
    this.#source.release()
  }
}

/**
 * Takes a body, whole where it is short enough.
 *
 * @param length as it was declared
 * @throws PaylbError: nothing was sent
 */
export async function takeBody(
  given: Dispatcher.DispatchOptions['body'],
  length: number | undefined,
  limits: BodyLimits,
): Promise<TakenBody> {
  const known = bytesOf(given)
  if (known !== undefined) return { body: sized(known, length) }
  const { stream, contentType } = encoded(given)
  const source = new BodySource(stream, limits)
  const body = await collected(source, length, limits)
  return contentType === undefined ? { body } : { body, contentType }
}

async function collected(
  source: BodySource,
  length: number | undefined,
  { maxReplayBytes }: BodyLimits,
): Promise<Uint8Array | StreamedBody | undefined> {
  if (length !== undefined && length > maxReplayBytes) return new StreamedBody([], source, length)
  const head: Uint8Array[] = []
  let bytes = 0
  for (;;) {
    const chunk = await source.next()
    if (chunk === undefined) return sized(Buffer.concat(head), length)
    head.push(chunk)
    bytes += chunk.byteLength
    if (bytes > maxReplayBytes) return new StreamedBody(head, source, length)
  }
}

/* A copy: what a caller changes while a payment is on its way must not change the next attempt. */
function bytesOf(given: unknown): Uint8Array | undefined {
  if (given === undefined || given === null) return new Uint8Array(0)
  if (typeof given === 'string') return Buffer.from(given)
  if (given instanceof ArrayBuffer) return new Uint8Array(given.slice(0))
  return ArrayBuffer.isView(given)
    ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice()
    : undefined
}

function sized(bytes: Uint8Array, declared: number | undefined): Uint8Array | undefined {
  if (declared !== undefined && declared !== bytes.byteLength) {
    throw new PaylbError('bad-request', `the body has ${bytes.byteLength} bytes, but ${declared} were declared`)
  }
  return bytes.byteLength === 0 ? undefined : bytes
}

/* Forms and blobs are encoded once, so that every attempt sends the same boundaries. */
function encoded(given: unknown): { stream: object; contentType?: string | null } {
  const kind = Object.prototype.toString.call(given)
  if (kind === '[object FormData]' || kind === '[object Blob]' || kind === '[object File]') {
    const Encoder = given instanceof UndiciFormData ? UndiciResponse : Response
    const response = new Encoder(given as Blob & UndiciFormData)
    return { stream: response.body as object, contentType: response.headers.get('content-type') }
  }
  if (typeof given === 'object' && given !== null && (Symbol.asyncIterator in given || Symbol.iterator in given)) {
    return { stream: given }
  }
  throw new PaylbError('bad-request', 'the body must be text, bytes, a form, a blob, a stream or an iterable')
}
