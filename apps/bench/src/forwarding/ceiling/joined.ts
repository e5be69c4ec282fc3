import { Buffer } from 'node:buffer'

/** Chunks as one buffer, without a copy where there is only one. */
export function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)
}
