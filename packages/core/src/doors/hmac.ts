/*
 * HMAC with SHA-256 (RFC 2104; FIPS 198-1), out of two hashes in one call each: for requests as short as payments are,
 * Node's own takes twice as long, because it makes an object for each.
 */

/** The one-shot hash of `node:crypto`. */
export type Hash = (algorithm: 'sha256', data: Uint8Array, encoding: 'base64url' | 'binary') => string

const blockBytes = 64
const digestBytes = 32

interface Pads {
  readonly inner: Uint8Array
  /** With room for the inner digest after it. */
  readonly outer: Uint8Array
}

const padsBySecret = new WeakMap<Uint8Array, Pads>()

/** The HMAC of the given parts, one after another, in base64url. */
export function hmac(secret: Uint8Array, parts: readonly Uint8Array[], hash: Hash): string {
  const { inner, outer } = padsOf(secret, hash)
  writeLatin1(hash('sha256', joined([inner, ...parts]), 'binary'), outer, blockBytes)
  return hash('sha256', outer, 'base64url')
}

function padsOf(secret: Uint8Array, hash: Hash): Pads {
  const known = padsBySecret.get(secret)
  if (known !== undefined) return known
  const key = new Uint8Array(blockBytes)
  if (secret.length <= blockBytes) key.set(secret)
  else writeLatin1(hash('sha256', secret, 'binary'), key, 0)
  const outer = new Uint8Array(blockBytes + digestBytes)
  outer.set(key.map((byte) => byte ^ 0x5c))
  const pads = { inner: key.map((byte) => byte ^ 0x36), outer }
  padsBySecret.set(secret, pads)
  return pads
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

function writeLatin1(text: string, target: Uint8Array, at: number): void {
  for (let index = 0; index < text.length; index += 1) target[at + index] = text.charCodeAt(index)
}
