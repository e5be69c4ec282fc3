import { Buffer } from 'node:buffer'

import { Headers } from 'undici'

/*
 * How the end of a body is told (RFC 9112, section 6.3). It decides what a clean end of the connection proves: after
 * a length or chunks the answer is whole; where only the closed connection ends it, a server that was killed in the
 * middle of its answer looks exactly like one that finished.
 */

/**
 * What ends the body: there is none, its length, its last chunk, or nothing but the end of the connection. `foreign` is a
 * transfer coding beside `chunked`, which nobody has asked for: its bytes are not the body, so there is no answer in them.
 */
export type Framing = 'none' | 'length' | 'chunked' | 'close' | 'foreign'

/** Status line and headers of an answer. */
export class AnswerHead {
  readonly status: number
  readonly statusMessage: string
  readonly rawHeaders: readonly string[]
  readonly framing: Framing
  /** Bytes of the body where they are declared, 0 without a body, else undefined. */
  readonly bodyLength: number | undefined

  constructor(method: string, status: number, statusMessage: string, raw: readonly Buffer[]) {
    let contentLength: string | undefined
    const codings: string[] = []
    const rawHeaders = latin1(raw)
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      const name = rawHeaders[index] ?? ''
      if (name.length === 14 && name.toLowerCase() === 'content-length') contentLength = rawHeaders[index + 1]
      else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding')
        codings.push(rawHeaders[index + 1] ?? '')
    }
    this.status = status
    this.statusMessage = isReasonPhrase.test(statusMessage) ? statusMessage : ''
    this.rawHeaders = rawHeaders
    this.framing = framingOf(method, status, contentLength, codings)
    this.bodyLength = this.framing === 'none' ? 0 : this.framing === 'length' ? Number(contentLength) : undefined
  }

  /** The headers for reading by name. Built when asked for, because most answers are only passed on. */
  toHeaders(): Headers {
    const headers = new Headers()
    for (let index = 0; index + 1 < this.rawHeaders.length; index += 2) {
      headers.append(this.rawHeaders[index] ?? '', this.rawHeaders[index + 1] ?? '')
    }
    return headers
  }
}

/* Fields of one packet lie side by side in memory: to decode it as a whole and cut it costs a third of decoding each. */
function latin1(raw: readonly Buffer[]): string[] {
  const [first] = raw
  const last = raw.at(-1)
  if (first === undefined || last === undefined) return []
  const { buffer, byteOffset: start } = first
  const end = last.byteOffset + last.length
  for (const bytes of raw) {
    const isWithin = bytes.byteOffset >= start && bytes.byteOffset + bytes.length <= end
    if (!isWithin || bytes.buffer !== buffer) return raw.map((field) => field.toString('latin1'))
  }
  const text = Buffer.from(buffer, start, end - start).toString('latin1')
  return raw.map(({ byteOffset, length }) => text.slice(byteOffset - start, byteOffset - start + length))
}

/* undici decodes the phrase as UTF-8; what no status line could carry back out is dropped. */
const isReasonPhrase = /^[\t\u0020-\u007e\u0080-\u00ff]*$/u

function framingOf(method: string, status: number, length: string | undefined, codings: readonly string[]): Framing {
  const coding = codings[0]
  if (coding !== undefined && (codings.length > 1 || coding.toLowerCase() !== 'chunked')) return 'foreign'
  if (method === 'HEAD' || status === 204 || status === 304) return 'none'
  if (coding !== undefined) return 'chunked'
  return length === undefined ? 'close' : 'length'
}
