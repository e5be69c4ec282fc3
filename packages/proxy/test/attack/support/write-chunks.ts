/** A body in chunks, but for the last chunk, which has no bytes. */
export function writeChunks(body: string, chunkBytes: number, extension: string): string {
  const chunks: string[] = []
  for (let from = 0; from < body.length; from += chunkBytes) {
    const chunk = body.slice(from, from + chunkBytes)
    chunks.push(`${chunk.length.toString(16)}${extension}\r\n${chunk}\r\n`)
  }
  return chunks.join('')
}
