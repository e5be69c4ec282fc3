import assert from 'node:assert/strict'
import type { AdapterRule, ForwardSettings, MountedAdapter } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import { until } from '../until.ts'
import { answer, chunked, requestHead } from '../wire/head.ts'

/* A body that is too large or too slow ends before its last byte went out, so the payment is not executed. */

const small: ForwardSettings = { maxReplayBytes: 1_000, maxBodyBytes: 100_000 }
const impatient: ForwardSettings = { maxReplayBytes: 1_000, timeouts: { idleMs: 100 } }

/** Rules on bodies over a limit. */
export const limits: readonly AdapterRule[] = [
  rule('a body of exactly maxBodyBytes is passed on', async (scene) => {
    const server = await scene.server(() => answer(201))
    const app = await scene.app([server], small)
    const body = Buffer.alloc(100_000, 'x')
    assert.equal((await scene.ask(app, 'POST /payments/charges', { body })).status, 201)
    const client = await scene.client(app)
    client.send(headTo(app, ['Transfer-Encoding: chunked']), chunked(body))
    assert.equal((await client.answer())?.status, 201)
    assert.ok(server.requests.every((request) => request.body.equals(body)))
  }),

  rule('a body declared larger than maxBodyBytes is refused with 413 before any server hears of it', async (scene) => {
    const server = await scene.server(() => answer(201))
    const app = await scene.app([server], small)
    const client = await scene.client(app)
    client.send(headTo(app, ['Content-Length: 100001']))
    const whole = await client.answer()
    assert.deepEqual([whole?.status, whole?.json()['type']], [413, 'urn:paylb:bad-request'])
    assert.equal(whole?.value('paylb-outcome'), 'not-executed')
    assert.equal(server.begun, 0)
  }),

  rule('a caller that reads only after it has sent a body far over the limit still gets the 413', async (scene) => {
    const app = await scene.app([await scene.server(() => answer(201))], small)
    const body = Buffer.alloc(5_000_000)
    const client = await scene.client(app)
    client.socket.pause()
    client.send(headTo(app, [`Content-Length: ${body.length}`]))
    await new Promise((resolve) => {
      client.socket.write(body, resolve)
    })
    client.socket.resume()
    assert.equal((await client.answer())?.status, 413)
  }),

  rule(
    'a chunked body that grows larger than maxBodyBytes is cut off: 413, and no server has a complete request',
    async (scene) => {
      const server = await scene.server(() => answer(201))
      const app = await scene.app([server], small)
      const client = await scene.client(app)
      client.send(headTo(app, ['Transfer-Encoding: chunked']), chunked(Buffer.alloc(150_000)))
      const whole = await client.answer()
      assert.deepEqual([whole?.status, whole?.json()['outcome']], [413, 'not-executed'])
      assert.equal(whole?.value('retry-after'), undefined)
      await until("the server's connection is closed", () => server.openSockets === 0)
      assert.equal(server.requests.length, 0)
    },
  ),

  rule('a short body that pauses longer than idleMs is refused with 408, and no server hears of it', async (scene) => {
    const server = await scene.server(() => answer(201))
    const app = await scene.app([server], impatient)
    const client = await scene.client(app)
    client.send(headTo(app, ['Content-Length: 300']), 'amount=1')
    const whole = await client.answer()
    assert.deepEqual([whole?.status, whole?.json()['outcome']], [408, 'not-executed'])
    assert.equal(server.begun, 0)
  }),

  rule(
    'a long body that pauses longer than idleMs is cut off: 408, and no server has a complete request',
    async (scene) => {
      const server = await scene.server(() => answer(201))
      const app = await scene.app([server], impatient)
      const client = await scene.client(app)
      client.send(headTo(app, ['Content-Length: 100000']), Buffer.alloc(50_000))
      const whole = await client.answer()
      assert.deepEqual([whole?.status, whole?.json()['outcome']], [408, 'not-executed'])
      await until("the server's connection is closed", () => server.openSockets === 0)
      assert.equal(server.requests.length, 0)
    },
  ),

  rule(
    'a server that answers before it has read a long body is heard, and no connection is left hanging',
    async (scene) => {
      const server = await scene.server({ onHead: (socket) => socket.write(answer(401, [], 'who are you')) })
      const app = await scene.app([server])
      for (const sentBytes of [1, 500_000, 999_999]) {
        const client = await scene.client(app)
        client.send(headTo(app, ['Content-Length: 1000000']), Buffer.alloc(sentBytes))
        const whole = await client.answer()
        assert.deepEqual([whole?.status, whole?.body.toString()], [401, 'who are you'])
        assert.deepEqual([whole?.value('paylb-outcome'), whole?.value('connection')], ['rejected', 'close'])
        client.socket.write(Buffer.alloc(1_000_000 - sentBytes))
        await client.ended()
      }
      assert.equal(server.requests.length, 0)
    },
  ),
]

function headTo(app: MountedAdapter, fields: readonly string[]): string {
  return requestHead('POST /payments/charges', new URL(app.url).host, fields)
}
