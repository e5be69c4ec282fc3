import type { Buffer } from 'node:buffer'
import type { Cancellation } from '@paylb/core'

/* What goes into an attempt and what comes out of it, in the words of HTTP. */

/** One request, as it is to go out. It is only read, so the same one serves every attempt. */
export interface TransportRequest {
  readonly method: string
  /** Path and query as they go on the wire. The server's base path is put before it, byte for byte. */
  readonly path: string
  /**
   * Flat list: name, value, name, value… Every value is a latin1 string. `Host` only to override the server's own
   * authority; no `Content-Length` and no hop-by-hop fields, they are the transport's.
   */
  readonly headers: readonly string[]
  readonly body: Uint8Array | BodyStream | undefined
  /** True for requests that may move money: their answers are held until they are provably whole. */
  readonly unsafe: boolean
  /** Cancels the attempt, whatever stage it is in. */
  readonly signal?: Cancellation
  /** True: `signal` cancels only until the request begins to be written. Then its outcome is wanted, whoever leaves. */
  readonly detachesOnceSent?: boolean
}

/** A request body that is still arriving. */
export interface BodyStream {
  /** Declared length in bytes; undefined sends the body chunked. */
  readonly length: number | undefined
  /**
   * Called at most once per attempt, and never by an attempt that sent nothing. It throws when the body will not come
   * to its end: the caller was too slow, sent too much, or has gone.
   */
  chunks(): AsyncIterable<Uint8Array>
}

/** An answer, as it came. */
export interface TransportAnswer {
  readonly status: number
  /** The reason phrase; empty where it holds what no header could. */
  readonly statusMessage: string
  /** Flat list: name, value, name, value… as latin1 strings, duplicates and order kept. */
  readonly rawHeaders: readonly string[]
  /** The whole body, where it was held until complete. */
  readonly body: Buffer | undefined
  /** Only where there is no `body`: lets it flow. To be called at most once. */
  stream?(sink: AnswerSink): AnswerReader
}

/** Where a streamed body flows to. Exactly one of `end` and `cut` is called, once, unless the reader abandons. */
export interface AnswerSink {
  /** Takes the next chunk. False asks to wait until `resume` of the reader. */
  data(chunk: Buffer): boolean
  /** The body came to its proper end. */
  end(): void
  /** The body broke off: what came is not the whole answer. */
  cut(error: unknown): void
}

/** The reader's side of a streamed body. */
export interface AnswerReader {
  /** Goes on after `data` returned false. */
  resume(): void
  /** Gives the body up; the connection is closed. */
  abandon(): void
}
