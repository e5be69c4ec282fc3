import { PassThrough, Readable } from 'node:stream'
import { isSafeMethod } from '@paylb/core'
import type { BodyStream, TransportRequest } from '@paylb/undici'
import axios, { AxiosError, AxiosHeaders } from 'axios'
import type { InternalAxiosRequestConfig } from 'axios'
import type { Exchange } from '../attempt.ts'

/* A call of axios as the transport wants it: the same fields and bytes that axios' own adapter would send. */

/** A request that cannot be sent, to no server: `cause` is the error that axios would have made. */
export class Unsendable extends Error {
  override readonly name = 'Unsendable'
}

/* The transport's own. */
const ofConnection: ReadonlySet<string> = new Set([
  'content-length',
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** @throws Unsendable */
export function requestFor({ config, path, headers, data, signal }: Exchange): TransportRequest {
  const method = (config.method ?? 'get').toUpperCase()
  const fields = new AxiosHeaders(headers)
  fields.set('User-Agent', `axios/${axios.VERSION}`, false)
  fields.set('Accept-Encoding', 'gzip, compress, deflate, br', false)
  if (config.auth !== undefined) fields.set('Authorization', basic(config.auth))
  const body = bodyOf(data, fields)
  checkLength(body, config)
  const withoutFragment = /^[^#]*/u.exec(path)?.[0] ?? path
  return { method, path: withoutFragment, headers: flat(fields), body, unsafe: !isSafeMethod(method), signal }
}

function basic({ username, password }: { readonly username?: string; readonly password?: string }): string {
  return `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}`
}

function flat(fields: AxiosHeaders): string[] {
  const list: string[] = []
  for (const [name, value] of Object.entries(fields.toJSON())) {
    if (value === null || value === undefined || ofConnection.has(name.toLowerCase())) continue
    for (const one of Array.isArray(value) ? value : [value]) list.push(name, Buffer.from(one).toString('latin1'))
  }
  return list
}

function bodyOf(data: unknown, fields: AxiosHeaders): Uint8Array | BodyStream | undefined {
  if (data === undefined || data === null || data === '') return undefined
  if (data instanceof Uint8Array) return data
  if (data instanceof FormData) return formOf(data, fields)
  if (data instanceof Blob) return { length: data.size, chunks: () => chunksOf(data.stream()) }
  if (!isStream(data)) throw unsendable('the body must be text, bytes, a stream, a Blob or a form')
  if (typeof data.getHeaders === 'function') fields.set(data.getHeaders())
  return { length: undefined, chunks: () => chunksOf(data instanceof Readable ? data : data.pipe(new PassThrough())) }
}

interface OldStream extends NodeJS.ReadableStream {
  /** Of a form made by the package `form-data`. */
  getHeaders?(): Record<string, string>
}

function isStream(data: unknown): data is OldStream {
  return typeof data === 'object' && data !== null && 'pipe' in data && typeof data.pipe === 'function'
}

/* The platform writes a form, and knows its boundary. */
function formOf(form: FormData, fields: AxiosHeaders): BodyStream | undefined {
  const { body, headers } = new Response(form)
  fields.set('Content-Type', headers.get('content-type') ?? 'multipart/form-data')
  return body === null ? undefined : { length: undefined, chunks: () => chunksOf(body) }
}

async function* chunksOf(source: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) yield typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array)
}

function checkLength(
  body: Uint8Array | BodyStream | undefined,
  { maxBodyLength = -1 }: InternalAxiosRequestConfig,
): void {
  if (maxBodyLength < 0 || body?.length === undefined || body.length <= maxBodyLength) return
  throw unsendable('Request body larger than maxBodyLength limit')
}

function unsendable(message: string): Unsendable {
  return new Unsendable(message, { cause: new AxiosError(message, AxiosError.ERR_BAD_REQUEST) })
}
