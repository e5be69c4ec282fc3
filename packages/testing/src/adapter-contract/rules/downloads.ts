import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { AdapterRule } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import { until } from '../until.ts'
import { answerHead, chunked, requestHead } from '../wire/head.ts'
import type { Framing } from '../wire/message.ts'
import { writeUntilStalled } from '../wire/stall.ts'
import { hashOf } from '../wire/hash.ts'

/* Around 64 KiB an answer changes from held to streamed; a caller must not be able to tell. */

const sizes = [0, 300, 65_536, 65_537, 5_000_000]
const plenty = 64 * 1024 * 1024

/** Rules on bodies of answers. */
export const downloads: readonly AdapterRule[] = [
  ...sizes.flatMap((size) => [
    downloadRule('GET', size, 'length'),
    downloadRule('GET', size, 'chunked'),
    downloadRule('GET', size, 'close'),
    downloadRule('POST', size, 'length'),
    downloadRule('POST', size, 'chunked'),
  ]),

  rule('the head of a streamed answer does not wait for its body', async (scene) => {
    const server = await scene.server(() => answerHead(200, ['Transfer-Encoding: chunked']))
    const app = await scene.app([server])
    const client = await scene.client(app)
    client.send(requestHead('GET /payments/events', new URL(app.url).host))
    await until('the head has come', () => client.heads.length === 1)
    server.sockets[0]?.write('5\r\nevent\r\n0\r\n\r\n')
    assert.equal((await client.answer())?.body.toString(), 'event')
  }),

  rule('a caller that does not read makes the server wait: an answer is not piled up', async (scene) => {
    const body = randomBytes(plenty)
    const server = await scene.server({
      onRequest: ({ socket }) => socket.write(answerHead(200, [`Content-Length: ${plenty}`])),
    })
    const app = await scene.app([server])
    const client = await scene.client(app)
    client.send(requestHead('GET /payments/report', new URL(app.url).host))
    await until('the head has come', () => client.heads.length === 1)
    client.socket.pause()
    const [socket] = server.sockets
    assert.ok(socket)
    const { writtenBytes, rest } = await writeUntilStalled(socket, body)
    assert.ok(writtenBytes < plenty / 2, `${writtenBytes} bytes were taken though nobody read them`)
    client.socket.resume()
    await rest()
    assert.equal(hashOf((await client.answer())?.body), hashOf(body))
  }),
]

function downloadRule(method: 'GET' | 'POST', size: number, framing: Exclude<Framing, 'none'>): AdapterRule {
  return rule(
    `an answer of ${size} bytes to a ${method}, its end told by ${framing}, arrives as it was sent`,
    async (scene) => {
      const body = randomBytes(size)
      const head = answerHead(200, [...fieldsOf(framing, size), 'Content-Type: application/octet-stream'])
      const server = await scene.server({
        onRequest: ({ socket }) => {
          socket.write(Buffer.concat([Buffer.from(head), framing === 'chunked' ? chunked(body) : body]))
          if (framing === 'close') socket.end()
        },
      })
      const app = await scene.app([server])
      const whole = await scene.ask(app, `${method} /payments/report`)
      assert.equal(hashOf(whole.body), hashOf(body))
      assert.notEqual(whole.framing, 'close')
      if (framing === 'length') assert.deepEqual(whole.values('content-length'), [`${size}`])
    },
  )
}

function fieldsOf(framing: Framing, size: number): readonly string[] {
  if (framing === 'chunked') return ['Transfer-Encoding: chunked']
  return framing === 'length' ? [`Content-Length: ${size}`] : ['Connection: close']
}
