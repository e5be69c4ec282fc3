import { Buffer } from 'node:buffer'
import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { joinSmallWrites } from '../src/small-writes.ts'

interface Sent {
  readonly how: 'simple' | 'vector'
  readonly bytes: Buffer
}

/* A socket, as far as it matters here: it keeps texts as they are, and notes what the kernel would be given. */
function joiningSocket(sent: Sent[]): Writable {
  const socket = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, encoding, callback) => {
      sent.push({ how: 'simple', bytes: bytesOf(chunk, encoding) })
      callback()
    },
    writev: (chunks: { chunk: string | Buffer; encoding: BufferEncoding }[], callback) => {
      sent.push({ how: 'vector', bytes: Buffer.concat(chunks.map(({ chunk, encoding }) => bytesOf(chunk, encoding))) })
      callback()
    },
  })
  joinSmallWrites(socket)
  return socket
}

function bytesOf(chunk: string | Buffer, encoding: BufferEncoding): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk
}

/* As undici sends a request with a body. */
function sendTogether(socket: Writable, head: string, body: Buffer, encoding: BufferEncoding = 'latin1'): void {
  socket.cork()
  socket.write(head, encoding)
  socket.write(body)
  socket.uncork()
}

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, index) => index))

describe('what waits together on a socket', () => {
  it('leaves in one simple write, with every byte as it was', () => {
    const sent: Sent[] = []
    sendTogether(joiningSocket(sent), 'POST /caf\u00e9\r\n\r\n', everyByte)
    expect(sent).toEqual([
      { how: 'simple', bytes: Buffer.concat([Buffer.from('POST /caf\u00e9\r\n\r\n', 'latin1'), everyByte]) },
    ])
  })

  it.each([
    [8_192, 'simple'],
    [8_193, 'vector'],
  ])('%d bytes leave in a %s write', (length, how) => {
    const sent: Sent[] = []
    const body = Buffer.alloc(length - 4, 0xfe)
    sendTogether(joiningSocket(sent), 'head', body)
    expect(sent).toEqual([{ how, bytes: Buffer.concat([Buffer.from('head'), body]) }])
  })

  it('is left as it is where a text is not latin1, so that one text could not stand for it', () => {
    const sent: Sent[] = []
    sendTogether(joiningSocket(sent), 'h\u00e9ad \u20ac', everyByte, 'utf8')
    expect(sent).toEqual([{ how: 'vector', bytes: Buffer.concat([Buffer.from('h\u00e9ad \u20ac'), everyByte]) }])
  })

  it('tells each writer that its chunk is gone', async () => {
    const socket = joiningSocket([])
    const gone = Promise.all(
      ['head', 'body'].map(
        (chunk, index) =>
          new Promise((resolve) => {
            if (index === 0) socket.cork()
            socket.write(chunk, 'latin1', resolve)
          }),
      ),
    )
    socket.uncork()
    expect(await gone).toHaveLength(2)
    expect(socket.writableLength).toBe(0)
  })

  it('stays with a stream that cannot send several chunks at once', () => {
    const sent: string[] = []
    const plain = new Writable({
      write: (chunk: Buffer, _encoding, callback) => {
        sent.push(chunk.toString())
        callback()
      },
    })
    joinSmallWrites(plain)
    sendTogether(plain, 'head', Buffer.from('body'))
    expect(sent).toEqual(['head', 'body'])
  })
})
