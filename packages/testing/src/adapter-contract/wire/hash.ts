import { createHash } from 'node:crypto'

/** A short stand-in for bytes that are too long to be shown where they differ. */
export function hashOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && createHash('sha256').update(bytes).digest('hex')
}
