import type { IncomingMessage, ServerResponse } from 'node:http'
import { valuesOf } from '@paylb/core/doors'
import { Refusal } from './refusal.ts'

/*
 * A parser that stood before paylb has taken the bytes. Where the app has kept them they are sent; else JSON and forms
 * are written anew, once. The numbers and names are then the same, but not the bytes: what is signed cannot be written
 * anew, and neither can what was compressed, or what a parser has understood in its own way.
 */

type Parsed = IncomingMessage & { readonly rawBody?: unknown; readonly body?: unknown }

/**
 * Keeps the bytes of a body that a parser takes, so that paylb can send them as they came.
 *
 * @example
 * app.use(express.json({ verify: keepRawBody }))
 */
export function keepRawBody(request: IncomingMessage, _response: ServerResponse, bytes: Buffer): void {
  Object.assign(request, { rawBody: bytes })
}

/** The bytes of a body that was read before. @throws Refusal 500 that says how to mount */
export function parsedBody(request: Parsed, length: number | undefined): Uint8Array {
  const { rawBody } = request
  const kept = typeof rawBody === 'string' ? Buffer.from(rawBody) : rawBody
  if (!(kept instanceof Uint8Array)) return writtenAnew(request)
  if (length === undefined || kept.length === length) return kept
  throw new Refusal(
    500,
    `request.rawBody holds ${kept.length} bytes, but the body had ${length}: keep the bytes as they came, before they are decoded`,
  )
}

let isTold = false

function writtenAnew(request: Parsed): Uint8Array {
  const because = obstacleTo(request)
  const text = because === undefined ? encoded(request) : undefined
  if (text === undefined) {
    throw new Refusal(
      500,
      `the body was read before paylb${because ?? ''}: mount paylb before body parsers such as express.json(), or keep the raw bytes with verify: keepRawBody`,
    )
  }
  if (!isTold) {
    isTold = true
    process.emitWarning(
      'a body parser stands before paylb, so bodies are written anew: signatures over them break. Mount paylb before it, or keep the raw bytes with verify: keepRawBody. This is reported once',
      'PaylbWarning',
    )
  }
  return Buffer.from(text)
}

function obstacleTo({ rawHeaders }: Parsed): string | undefined {
  const signed = rawHeaders.find((name, index) => index % 2 === 0 && isSignature(name.toLowerCase()))
  if (signed !== undefined) return `, and ${signed} was made over its bytes`
  return valuesOf(rawHeaders, 'content-encoding').length > 0 ? ', and it was compressed' : undefined
}

function isSignature(field: string): boolean {
  return field.includes('signature') || field === 'digest' || field === 'content-digest' || field === 'content-md5'
}

function encoded({ rawHeaders, body }: Parsed): string | undefined {
  if (body === undefined) return undefined
  const [type = ''] = valuesOf(rawHeaders, 'content-type')
  if (/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/iu.test(type)) return JSON.stringify(body)
  return /^application\/x-www-form-urlencoded\s*(?:;|$)/iu.test(type) ? encodedForm(body) : undefined
}

/* Only plain names and texts: there are several ways to write anything else. */
function encodedForm(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const form = new URLSearchParams()
  for (const [name, given] of Object.entries(body as Record<string, unknown>)) {
    for (const value of Array.isArray(given) ? (given as readonly unknown[]) : [given]) {
      if (typeof value !== 'string') return undefined
      form.append(name, value)
    }
  }
  return form.toString()
}
