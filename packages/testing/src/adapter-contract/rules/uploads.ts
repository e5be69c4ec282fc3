import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { AdapterRule } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import { until } from '../until.ts'
import { answer, chunked, requestHead } from '../wire/head.ts'
import { writeUntilStalled } from '../wire/stall.ts'
import { hashOf } from '../wire/hash.ts'

/* Around 64 KiB a body changes from kept to streamed; not a byte may be lost, doubled or turned there. */

const sizes = [0, 300, 65_536, 65_537, 5_000_000]
const plenty = 64 * 1024 * 1024

/** Rules on bodies of requests. */
export const uploads: readonly AdapterRule[] = [
  ...sizes.flatMap((size) => [uploadRule(size, 'with content-length'), uploadRule(size, 'chunked')]),

  rule('a server that does not read makes the caller wait: an upload is not piled up', async (scene) => {
    const server = await scene.server({
      onHead: (socket) => socket.pause(),
      onRequest: ({ socket }) => socket.write(answer(201)),
    })
    const app = await scene.app([server], { maxBodyBytes: plenty })
    const client = await scene.client(app)
    client.send(requestHead('POST /payments/charges', new URL(app.url).host, [`Content-Length: ${plenty}`]))
    const body = randomBytes(plenty)
    const { writtenBytes, rest } = await writeUntilStalled(client.socket, body)
    assert.ok(writtenBytes < plenty / 2, `${writtenBytes} bytes were taken though nobody read them`)
    server.sockets[0]?.resume()
    await rest()
    assert.equal((await client.answer())?.status, 201)
    assert.equal(hashOf(server.requests[0]?.body), hashOf(body))
  }),
]

function uploadRule(size: number, how: 'with content-length' | 'chunked'): AdapterRule {
  return rule(`an upload of ${size} bytes, ${how}, arrives as it was sent`, async (scene) => {
    const server = await scene.server(() => answer(201))
    const app = await scene.app([server])
    const body = randomBytes(size)
    const client = await scene.client(app)
    const framing = how === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${size}`
    const fields = ['Content-Type: application/octet-stream', framing]
    client.send(
      requestHead('POST /payments/charges', new URL(app.url).host, fields),
      how === 'chunked' ? chunked(body) : body,
    )
    assert.equal((await client.answer())?.status, 201)
    await until('the server has the request', () => server.requests.length === 1)
    assert.equal(hashOf(server.requests[0]?.body), hashOf(body))
    if (how !== 'chunked') assert.deepEqual(server.requests[0]?.values('content-length'), [`${size}`])
  })
}
