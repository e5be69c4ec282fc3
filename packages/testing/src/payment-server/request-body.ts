import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** A request body that was read to its end. */
export interface RequestBody {
  readonly length: number
  /** SHA-256 in hexadecimal. */
  readonly hash: string
  /** The bytes, unless there are more than `maxKeptBytes`. */
  readonly bytes: Buffer | undefined
}

const maxKeptBytes = 65_536

/**
 * Reads a body of any length.
 *
 * @throws Error when the caller went away before the end: then the request must have no effect
 */
export function readBody(request: IncomingMessage): Promise<RequestBody> {
  const hash = createHash('sha256')
  const chunks: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      hash.update(chunk)
      length += chunk.length
      if (length <= maxKeptBytes) chunks.push(chunk)
    })
    request.once('end', () => {
      const bytes = length <= maxKeptBytes ? Buffer.concat(chunks) : undefined
      resolve({ length, hash: hash.digest('hex'), bytes })
    })
    request.once('error', reject)
    request.once('close', () => reject(new Error('The caller went away')))
  })
}
