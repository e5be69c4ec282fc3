import type { Dispatcher } from 'undici'

import type { BodyStream, TransportRequest } from './request.ts'

/*
 * Counts what is handed to the connection, because "incomplete" is a claim about money: a request may only be called
 * not executed when its last byte was provably never handed over. So a chunk counts before undici gets it, and a
 * chunked body counts as handed over before undici can write its end.
 */

/** One attempt's pass over a streamed request body. */
export class RequestBody {
  /** True from the moment the last byte may be on its way. */
  handedOver: boolean
  /** Why the source ended early; undefined as long as it did not. */
  failure: { readonly error: unknown } | undefined
  readonly #source: BodyStream
  #handed = 0

  constructor(source: BodyStream) {
    this.#source = source
    this.handedOver = source.length === 0
  }

  /** Pulled by undici, once the request has started. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    const { length } = this.#source
    try {
      for await (const chunk of this.#source.chunks()) {
        if (this.#isDone(chunk.byteLength)) return
        yield chunk
      }
      this.#end(length)
    } catch (error) {
      // With the declared length sent, the request is whole: the answer counts, not what the source did afterwards.
      if (length !== undefined && this.handedOver) return
      this.failure = { error }
      throw error
    }
  }

  /* Counts a chunk. True when the declared length has been sent already, so that nothing may follow. */
  #isDone(chunkLength: number): boolean {
    const { length } = this.#source
    if (length === undefined) return false
    if (this.#handed === length) return true
    if (this.#handed + chunkLength > length) {
      throw new RangeError(`the request body is longer than the ${length} bytes declared`)
    }
    this.#handed += chunkLength
    this.handedOver = this.#handed === length
    return false
  }

  #end(length: number | undefined): void {
    if (length !== undefined && this.#handed < length) {
      throw new RangeError(`the request body ended after ${this.#handed} of the ${length} bytes declared`)
    }
    this.handedOver = true
  }
}

/** Whether a body is still arriving, as opposed to lying in memory. */
export function isStreamed(body: Uint8Array | BodyStream | undefined): body is BodyStream {
  return body !== undefined && !(body instanceof Uint8Array)
}

/** A request in undici's words. `body` is this attempt's pass over a streamed one. */
export function toDispatchOptions(
  request: TransportRequest,
  body: RequestBody | undefined,
  path: string,
  servername: string,
): Dispatcher.DispatchOptions {
  const length = isStreamed(request.body) ? request.body.length : undefined
  const declared = length === undefined ? request.headers : [...request.headers, 'content-length', String(length)]
  const options = {
    path,
    method: request.method,
    headers: declared as string[], // undici only reads them
    body: (body ?? request.body ?? null) as Uint8Array | null, // undici takes async iterables; its types do not say so
    servername,
  }
  return options
}
