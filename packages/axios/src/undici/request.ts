import { PassThrough, Readable } from 'node:stream'
import { isSafeMethod } from '@paylb/core'
import type { BodyStream, TransportRequest } from '@paylb/undici'
import axios, { AxiosError } from 'axios'
import type { AxiosHeaders, InternalAxiosRequestConfig } from 'axios'
import type { Exchange } from '../attempt.ts'
import { isPlainPath } from '../target.ts'

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
export function requestFor({ config, path, data, signal }: Exchange, headers: AxiosHeaders): TransportRequest {
  const method = (config.method ?? 'get').toUpperCase()
  const own: Record<string, string> = {}
  const body = bodyOf(data, own)
  checkLength(body, config)
  if (config.auth !== undefined) own['Authorization'] = basic(config.auth)
  return { method, path: encoded(path), headers: flat(headers, own), body, unsafe: !isSafeMethod(method), signal }
}

/* Without its fragment. */
function encoded(path: string): string {
  if (isPlainPath(path)) return path
  const { pathname, search } = new URL(`http://server${path}`)
  return path.startsWith('/') ? pathname + search : search
}

function basic({ username, password }: { readonly username?: string; readonly password?: string }): string {
  return `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}`
}

const defaults: readonly (readonly [field: string, name: string, value: string])[] = [
  ['user-agent', 'User-Agent', `axios/${axios.VERSION}`],
  ['accept-encoding', 'Accept-Encoding', 'gzip, compress, deflate, br'],
]

/*
 * `own`, the caller's other fields, and what axios' own adapter would add where the caller has said nothing. A field
 * that is false or null is neither sent nor added.
 */
function flat(headers: AxiosHeaders, own: Readonly<Record<string, string>>): string[] {
  const list: string[] = []
  const said = new Set<string>()
  for (const fields of [own, headers] as Readonly<Record<string, unknown>>[]) {
    for (const name of Object.keys(fields)) {
      const field = name.toLowerCase()
      if (fields[name] === undefined || said.has(field)) continue
      said.add(field)
      if (!ofConnection.has(field)) add(list, name, fields[name])
    }
  }
  for (const [field, name, value] of defaults) if (!said.has(field)) list.push(name, value)
  return list
}

function add(list: string[], name: string, value: unknown): void {
  if (value === null || value === false) return
  for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) list.push(name, sendable(String(one)))
}

/* What no byte of a header can hold is left out, as axios does. */
function sendable(value: string): string {
  return /^[\t\x20-\x7e\x80-\xff]*$/u.test(value) ? value : value.replaceAll(/[^\t\x20-\x7e\x80-\xff]/gu, '')
}

/** @param own takes the fields that come with the body */
function bodyOf(data: unknown, own: Record<string, string>): Uint8Array | BodyStream | undefined {
  if (data === undefined) return undefined
  if (data instanceof Uint8Array) return data
  if (data instanceof FormData) return formOf(data, own)
  if (data instanceof Blob) return blobOf(data, own)
  if (!isStream(data)) throw unsendable('the body must be text, bytes, a stream, a Blob or a form')
  if (typeof data.getHeaders === 'function') Object.assign(own, data.getHeaders())
  return { length: undefined, chunks: () => chunksOf(data instanceof Readable ? data : data.pipe(new PassThrough())) }
}

interface OldStream extends NodeJS.ReadableStream {
  /** Of a form made by the package `form-data`. */
  getHeaders?(): Record<string, string>
}

function isStream(data: unknown): data is OldStream {
  return typeof data === 'object' && data !== null && 'pipe' in data && typeof data.pipe === 'function'
}

function blobOf(blob: Blob, own: Record<string, string>): BodyStream {
  if (blob.size > 0) own['Content-Type'] = blob.type === '' ? 'application/octet-stream' : blob.type
  return { length: blob.size, chunks: () => chunksOf(blob.stream()) }
}

/* The platform writes a form, and knows its boundary. */
function formOf(form: FormData, own: Record<string, string>): BodyStream | undefined {
  const { body, headers } = new Response(form)
  own['Content-Type'] = headers.get('content-type') ?? 'multipart/form-data'
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
