/* Heads as bytes. Nothing is added that a rule did not ask for, but for the lines that no request can do without. */

/** The head of a request. `fields` are whole lines, such as `X-Trace: 1`. */
export function requestHead(startLine: string, host: string, fields: readonly string[] = []): string {
  return lines([`${startLine} HTTP/1.1`, `Host: ${host}`, ...fields])
}

/** A whole answer with its length. */
export function answer(status: number, fields: readonly string[] = [], body: string = ''): string {
  return answerHead(status, [...fields, `Content-Length: ${Buffer.byteLength(body)}`]) + body
}

/** The head of an answer. */
export function answerHead(status: number, fields: readonly string[] = []): string {
  return lines([`HTTP/1.1 ${status} Status ${status}`, ...fields])
}

/** Lines with the empty one that ends a head. */
export function lines(all: readonly string[]): string {
  return `${all.join('\r\n')}\r\n\r\n`
}

/** Bytes as chunks of a chunked body, each up to `size` long, with its last chunk. */
export function chunked(bytes: Uint8Array, size: number = 16_384): Buffer {
  const parts: Uint8Array[] = []
  for (let from = 0; from < bytes.length; from += size) {
    const part = bytes.subarray(from, from + size)
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}
