import type { Buffer } from 'node:buffer'
import type { Writable } from 'node:stream'

/*
 * undici hands the head of a request and its body to the socket as two chunks, and Node gives two chunks to the kernel as a
 * vector, which costs several times as much as copying a small body. So small chunks are joined, and leave as one text.
 */

const smallBytes = 8_192

/** Makes a socket send small chunks that wait together in one simple write. What it sends stays the same, byte for byte. */
export function joinSmallWrites(socket: Writable): void {
  const writev = socket._writev?.bind(socket)
  if (writev === undefined) return
  socket._writev = (chunks, callback) => {
    const text = joined(chunks)
    if (text === undefined) writev(chunks, callback)
    else socket._write(text, 'latin1', callback)
  }
}

/** A chunk as a socket keeps it. Its length is in bytes, as long as a text is latin1. */
interface Chunk {
  readonly chunk: string | Buffer
  readonly encoding: BufferEncoding
}

/* Undefined where they are too long to be copied, or not such that one text could stand for them. */
function joined(chunks: readonly Chunk[]): string | undefined {
  let text = ''
  let bytes = 0
  for (const { chunk, encoding } of chunks) {
    bytes += chunk.length
    if (bytes > smallBytes || (typeof chunk === 'string' && encoding !== 'latin1')) return undefined
    text += typeof chunk === 'string' ? chunk : chunk.toString('latin1')
  }
  return text
}
