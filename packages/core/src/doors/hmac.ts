/*
 * HMAC with SHA-256 (RFC 2104; FIPS 198-1), out of two hashes in one call each: for requests as short as payments are,
 * Node's own takes twice as long, because it makes an object for each.
 */

/** The one-shot hash of `node:crypto`. */
export type Hash = (algorithm: 'sha256', data: Uint8Array, encoding: 'base64url' | 'binary') => string

const blockBytes = 64
const digestBytes = 32

/* Messages up to this length are put together in the same place again and again. */
const roomBytes = 4_096

interface Pads {
  /** With room for a message after it. */
  readonly inner: Uint8Array
  /** With room for the inner digest after it. */
  readonly outer: Uint8Array
}

const padsBySecret = new WeakMap<Uint8Array, Pads>()

/** The HMAC of a line in UTF-8 with the bytes after it, in base64url. */
export function hmac(secret: Uint8Array, line: string, rest: Uint8Array | undefined, hash: Hash): string {
  const { inner, outer } = padsOf(secret, hash)
  writeBinary(hash('sha256', padded(inner, line, rest), 'binary'), outer, blockBytes)
  return hash('sha256', outer, 'base64url')
}

function padsOf(secret: Uint8Array, hash: Hash): Pads {
  const known = padsBySecret.get(secret)
  if (known !== undefined) return known
  const key = new Uint8Array(blockBytes)
  if (secret.length <= blockBytes) key.set(secret)
  else writeBinary(hash('sha256', secret, 'binary'), key, 0)
  const pads = { inner: new Uint8Array(blockBytes + roomBytes), outer: new Uint8Array(blockBytes + digestBytes) }
  for (const [index, byte] of key.entries()) {
    pads.inner[index] = byte ^ 0x36
    pads.outer[index] = byte ^ 0x5c
  }
  padsBySecret.set(secret, pads)
  return pads
}

const encoder = new TextEncoder()
const mostBytesPerCharacter = 3

/* The inner pad, the line and the bytes, one after another. */
function padded(inner: Uint8Array, line: string, rest: Uint8Array = new Uint8Array()): Uint8Array {
  const most = blockBytes + mostBytesPerCharacter * line.length + rest.length
  const message = most <= inner.length ? inner : new Uint8Array(most)
  if (message !== inner) message.set(inner.subarray(0, blockBytes))
  const { written } = encoder.encodeInto(line, message.subarray(blockBytes))
  message.set(rest, blockBytes + written)
  return message.subarray(0, blockBytes + written + rest.length)
}

function writeBinary(text: string, target: Uint8Array, at: number): void {
  for (let index = 0; index < text.length; index += 1) target[at + index] = text.charCodeAt(index)
}
