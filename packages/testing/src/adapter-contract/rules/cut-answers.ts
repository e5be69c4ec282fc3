import assert from 'node:assert/strict'
import type { AdapterRule } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import type { Scene } from '../scene.ts'
import { until } from '../until.ts'
import { answerHead, chunked, lines } from '../wire/head.ts'
import type { RawClient } from '../wire/raw-client.ts'
import type { RawServer } from '../wire/raw-server.ts'

/* A long answer has begun to flow when it breaks off. Then the caller's connection breaks too: it never ends cleanly. */

const longBytes = 1_000_000
const begin = Buffer.alloc(longBytes / 2, 'x')

const framings: readonly (readonly [string, string, Buffer])[] = [
  ['with a length', answerHead(200, [`Content-Length: ${longBytes}`]), begin],
  ['in chunks', answerHead(200, ['Transfer-Encoding: chunked']), chunked(begin).subarray(0, -5)],
]

/** Rules on long answers that break off. */
export const cutAnswers: readonly AdapterRule[] = [
  ...framings.flatMap(([how, head, body]) =>
    (['GET', 'POST'] as const).map((method) =>
      rule(`a long answer ${how} to a ${method} that is cut breaks the caller's connection`, async (scene) => {
        const { server, client, app } = await answering(scene, head, body, `${method} /payments/report HTTP/1.1`)
        assert.equal(client.heads[0]?.value('paylb-outcome'), undefined, 'told before the end is known')
        server.sockets[0]?.end()
        assert.equal((await client.answer())?.status, undefined)
        await client.ended()
        assert.deepEqual(app.balancer.snapshot().counters, { unknown: 1 })
        assert.equal(server.begun, 1)
      }),
    ),
  ),

  rule(
    "a cut answer to an HTTP/1.0 caller, where only the connection's end tells the end, is a reset",
    async (scene) => {
      const [, head, body] = framings[1] ?? []
      assert.ok(head !== undefined && body !== undefined)
      const { server, client } = await answering(scene, head, body, 'GET /payments/report HTTP/1.0')
      server.sockets[0]?.end()
      assert.equal((await client.answer())?.status, undefined)
      assert.equal(await client.ended(), 'reset')
    },
  ),

  rule("a long answer that stops coming breaks the caller's connection", async (scene) => {
    const [, head, body] = framings[0] ?? []
    assert.ok(head !== undefined && body !== undefined)
    const { client, app } = await answering(scene, head, body, 'POST /payments/report HTTP/1.1')
    assert.equal((await client.answer())?.status, undefined)
    assert.deepEqual(app.balancer.snapshot().counters, { unknown: 1 })
  }),
]

/* Plays until the caller has the first half of a long answer. */
async function answering(
  scene: Scene,
  head: string,
  body: Buffer,
  requestLine: string,
): Promise<{ server: RawServer; client: RawClient; app: Awaited<ReturnType<Scene['app']>> }> {
  const server = await scene.server(() => Buffer.concat([Buffer.from(head), body]))
  const app = await scene.app([server], { timeouts: { idleMs: 300 } })
  const client = await scene.client(app)
  client.send(lines([requestLine, `Host: ${new URL(app.url).host}`]))
  await until('half of the answer has come', () => client.socket.bytesRead >= begin.length)
  return { server, client, app }
}
