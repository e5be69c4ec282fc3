import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { eachField, valuesOf } from '@paylb/core/doors'
import type { TransportAnswer } from '@paylb/undici'
import { AxiosError, AxiosHeaders, CanceledError } from 'axios'
import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import type { Exchange } from '../attempt.ts'
import { decompressed, decompressors } from './decompress.ts'
import type { Decompress } from './decompress.ts'

/* An answer of the transport as axios hands it over: decompressed, decoded, and in one of axios' forms. */

/** What the body has to go through to be read; undefined: nothing. */
export function decompressorFor(answer: TransportAnswer, config: InternalAxiosRequestConfig): Decompress | undefined {
  if (config.decompress === false || isBare(answer, config)) return undefined
  const codings = valuesOf(answer.rawHeaders, 'content-encoding')
  return codings.length === 0 ? undefined : decompressors.get(codings.join(', ').toLowerCase())
}

/** The response without its data. */
export function responseOf(
  answer: TransportAnswer,
  config: InternalAxiosRequestConfig,
  decompress: Decompress | undefined,
): AxiosResponse {
  const { status, statusMessage, rawHeaders } = answer
  const headers = headersOf(rawHeaders)
  const isOver = config.decompress !== false && isBare(answer, config)
  if (isOver || decompress !== undefined) headers.delete('content-encoding')
  return { status, statusText: statusMessage, headers, config, request: undefined, data: undefined }
}

/** The body as a stream. */
export function streamedBody(
  answer: TransportAnswer,
  { config, signal }: Exchange,
  decompress: Decompress | undefined,
): Readable {
  const cutBy = (error: unknown): Error => (signal.aborted ? new CanceledError(undefined, config) : asError(error))
  const isHeld = answer.stream === undefined
  const raw = isHeld ? Readable.from(answer.body ?? [], { objectMode: false }) : readableOf(answer, cutBy)
  return decompress === undefined ? raw : decompressed(raw, decompress)
}

/**
 * The whole body, as text or bytes; at once where it is here, as it is wanted.
 *
 * @throws (or rejects) when it is cut, larger than `maxContentLength`, or not what it says it is
 */
export function readWhole(answer: TransportAnswer, exchange: Exchange, decompress: Decompress | undefined): unknown {
  const { config } = exchange
  const isPlain = answer.stream === undefined && decompress === undefined
  const length = answer.body?.length ?? 0
  if (isPlain && !isTooLong(length, config)) return decoded(answer.body ?? Buffer.alloc(0), config)
  return buffer(limited(streamedBody(answer, exchange, decompress), config)).then((bytes) => decoded(bytes, config))
}

function decoded(bytes: Buffer, config: InternalAxiosRequestConfig): Buffer | string {
  if (config.responseType === 'arraybuffer') return bytes
  const encoding = config.responseEncoding as BufferEncoding | undefined
  const text = bytes.toString(encoding)
  const isUtf8 = encoding === undefined || encoding === 'utf8'
  return isUtf8 && text.startsWith('\ufeff') ? text.slice(1) : text
}

async function* limited(body: Readable, config: InternalAxiosRequestConfig): AsyncGenerator<Uint8Array> {
  let length = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (isTooLong(length, config)) {
      throw new AxiosError(`maxContentLength size of ${config.maxContentLength} exceeded`, AxiosError.ERR_BAD_RESPONSE)
    }
    yield chunk
  }
}

function isTooLong(length: number, { maxContentLength = -1 }: InternalAxiosRequestConfig): boolean {
  return maxContentLength >= 0 && length > maxContentLength
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('the answer was cut')
}

function readableOf(answer: TransportAnswer, cutBy: (error: unknown) => Error): Readable {
  const body = new Readable({
    read: () => reader?.resume(),
    destroy: (error, done) => {
      if (!hasEnded) reader?.abandon()
      done(error)
    },
  })
  let hasEnded = false
  const reader = answer.stream?.({
    data: (chunk) => body.push(chunk),
    end: () => {
      hasEnded = true
      body.push(null)
    },
    cut: (error) => {
      hasEnded = true
      body.destroy(cutBy(error))
    },
  })
  return body
}

function isBare({ status }: TransportAnswer, { method }: InternalAxiosRequestConfig): boolean {
  return status === 204 || method?.toUpperCase() === 'HEAD'
}

/* As Node's own client gives them to axios: cookies as a list, other fields that come twice as one. */
function headersOf(rawHeaders: readonly string[]): AxiosHeaders {
  const headers = new AxiosHeaders()
  eachField(rawHeaders, (given, value) => {
    const name = given.toLowerCase()
    const known = Object.hasOwn(headers, name) ? headers[name] : undefined
    if (name === 'set-cookie') headers[name] = [...((known ?? []) as string[]), value]
    else headers[name] = known === undefined ? value : `${String(known)}, ${value}`
  })
  return headers
}
