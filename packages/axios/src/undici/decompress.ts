import type { Duplex } from 'node:stream'
import { pipeline, Readable } from 'node:stream'
import { createBrotliDecompress, createInflate, createInflateRaw, createUnzip, createZstdDecompress } from 'node:zlib'

/*
 * What servers compress, as axios takes it: an empty body is none, and deflate comes with the zlib format around it
 * (RFC 1950) and without. Unlike axios, a body that breaks off is an error, however whole the answer is around it.
 */

/** Makes what decompresses a body that begins with this byte. */
export type Decompress = (firstByte: number) => Duplex

const unzip: Decompress = () => createUnzip()

/** By the content encoding. */
export const decompressors: ReadonlyMap<string, Decompress> = new Map([
  ['gzip', unzip],
  ['x-gzip', unzip],
  ['compress', unzip],
  ['x-compress', unzip],
  ['deflate', (firstByte) => (firstByte % 16 === 8 ? createInflate() : createInflateRaw())],
  ['br', () => createBrotliDecompress()],
  ['zstd', () => createZstdDecompress()],
])

/** The body, decompressed. */
export function decompressed(raw: Readable, decompress: Decompress): Readable {
  const body = Readable.from(chunksOf(raw, decompress), { objectMode: false })
  raw.on('error', (error) => body.destroy(error))
  return body.once('close', () => raw.destroy())
}

async function* chunksOf(raw: Readable, decompress: Decompress): AsyncGenerator {
  const source = raw[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  const first = await source.next()
  if (first.done === true) return
  yield* pipeline(joined(first.value, source), decompress(first.value[0] ?? 0), () => {})
}

async function* joined(first: Uint8Array, source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first
  yield* { [Symbol.asyncIterator]: () => source }
}
