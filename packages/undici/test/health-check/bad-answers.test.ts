import { describe, expect, test } from 'vitest'

import { check } from '../support/check.ts'
import { unusedPort } from '../support/ports.ts'
import { always, type Respond, startRawServer } from '../support/raw-server.ts'

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

/* A body that never ends, a byte at a time. */
const trickle: Respond = (socket) => {
  socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
  const timer = setInterval(() => socket.write('1\r\na\r\n'), 5)
  socket.on('close', () => clearInterval(timer))
}

describe('what is no good answer fails', () => {
  test.each<[string, Respond]>([
    ['a reset before the answer', (socket) => socket.resetAndDestroy()],
    ['a closed connection', (socket) => socket.end()],
    ['something that is not HTTP', always('SSH-2.0-OpenSSH_9.6\r\n')],
    ['two lengths', always('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab')],
    ['bytes after the end', always(`${ok}more`)],
    ['a body that is cut', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort')],
    [
      'a chunked body that is cut',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nab'),
    ],
  ])('%s', async (_name, respond) => {
    const server = await startRawServer(respond)
    expect(await check(server.port)).toEqual({ verdict: 'failed' })
  })

  test('a refused connection', async () => {
    expect(await check(await unusedPort())).toEqual({ verdict: 'failed' })
  })

  test.each<[string, string]>([
    ['no answer', ''],
    ['only interim answers', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
    ['a head without its body', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n'],
    ['a chunked body without its end', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n'],
  ])('%s in time; the connection is closed', async (_name, bytes) => {
    const server = await startRawServer(always(bytes))
    expect(await check(server.port, { timeoutMs: 50 })).toEqual({ verdict: 'failed' })
    await expect.poll(() => server.sockets[0]?.closed).toBe(true)
  })

  test('no TLS handshake in time', async () => {
    const server = await startRawServer()
    expect(await check(`https://127.0.0.1:${server.port}`, { timeoutMs: 50 })).toEqual({ verdict: 'failed' })
    await expect.poll(() => server.sockets[0]?.closed).toBe(true)
  })

  test('a body that trickles in is not waited for beyond the timeout, however often a byte comes', async () => {
    const server = await startRawServer(trickle)
    expect(await check(server.port, { timeoutMs: 100 })).toEqual({ verdict: 'failed' })
  })
})

test.each(['transfer-encoding: chunked', 'content-length: 1000000000'])(
  'a body without end, with %s, is not read: its status counts, and the connection is closed',
  async (framing) => {
    const block = `10000\r\n${'a'.repeat(0x10000)}\r\n`
    const server = await startRawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n`)
      const pour = (): void => void (socket.writable && socket.write(block, pour))
      pour()
    })
    expect(await check(server.port)).toEqual({ verdict: 'passed' })
    await expect.poll(() => server.sockets[0]?.closed).toBe(true)
  },
)
