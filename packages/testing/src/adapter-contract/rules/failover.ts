import assert from 'node:assert/strict'
import type { AdapterRule } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import { until } from '../until.ts'
import { answer } from '../wire/head.ts'

/* Another server is tried only where that cannot charge twice. */

/* Nobody listens on these: they are below 1024 and belong to services of the seventies. */
const refusing = ['http://127.0.0.1:1', 'http://127.0.0.1:2', 'http://127.0.0.1:3']

const payments: readonly (readonly [string, readonly string[]])[] = [
  ['a bare POST', []],
  ['a keyed POST', ['Idempotency-Key: order-17']],
]

/** Rules on going to another server. */
export const failover: readonly AdapterRule[] = [
  ...payments.map(([payment, fields]) =>
    rule(`${payment} moves on from a server that refuses, and the caller does not notice`, async (scene) => {
      const server = await scene.server(() => answer(201, [], 'paid'))
      const app = await scene.app([...refusing.slice(0, 1), server])
      const whole = await scene.ask(app, 'POST /payments/charges', { fields, body: 'amount=1' })
      assert.deepEqual([whole.status, whole.body.toString()], [201, 'paid'])
      assert.deepEqual([whole.value('paylb-outcome'), whole.value('paylb-attempts')], ['succeeded', '2'])
      assert.equal(server.requests[0]?.body.toString(), 'amount=1')
    }),
  ),

  rule('a POST is passed to the next server by one that proves it did nothing (421)', async (scene) => {
    const misdirected = await scene.server(() => answer(421))
    const server = await scene.server(() => answer(201))
    const app = await scene.app([misdirected, server])
    const whole = await scene.ask(app, 'POST /payments/charges', { body: 'amount=1' })
    assert.deepEqual([whole.status, whole.value('paylb-attempts')], [201, '2'])
    assert.equal(server.requests[0]?.body.toString(), 'amount=1')
  }),

  rule('a GET whose server resets is answered by another one', async (scene) => {
    const resetting = await scene.server({ onRequest: ({ socket }) => socket.resetAndDestroy() })
    const server = await scene.server(() => answer(200, [], 'here'))
    const app = await scene.app([resetting, server])
    const whole = await scene.ask(app, 'GET /payments/charges/1')
    assert.deepEqual([whole.status, whole.body.toString(), whole.value('paylb-attempts')], [200, 'here', '2'])
    assert.deepEqual([resetting.begun, server.begun], [1, 1])
  }),

  rule('a large upload moves on from a server that refuses, from its first byte', async (scene) => {
    const server = await scene.server(() => answer(201))
    const app = await scene.app([...refusing.slice(0, 1), server])
    const body = Buffer.alloc(1_000_000, 'x')
    const whole = await scene.ask(app, 'POST /payments/charges', { body })
    assert.deepEqual([whole.status, whole.value('paylb-attempts')], [201, '2'])
    assert.ok(server.requests[0]?.body.equals(body))
  }),

  ...(['POST', 'GET'] as const).map((method) =>
    rule(`a long body of a ${method} that has begun to flow is never sent to a second server`, async (scene) => {
      const first = await scene.server({ onRequest: ({ socket }) => socket.end(answer(421)) })
      const second = await scene.server(() => answer(200))
      const app = await scene.app([first, second])
      const whole = await scene.ask(app, `${method} /payments/charges`, { body: Buffer.alloc(200_000) })
      assert.deepEqual([whole.status, whole.value('paylb-attempts')], [421, '1'])
      assert.deepEqual([first.begun, second.begun], [1, 0])
    }),
  ),

  rule('all servers refuse: 503 not-executed with Retry-After', async (scene) => {
    const app = await scene.app(refusing)
    const whole = await scene.ask(app, 'POST /payments/charges', { body: 'amount=1' })
    assert.equal(whole.status, 503)
    assert.equal(whole.json()['type'], 'urn:paylb:not-executed')
    assert.deepEqual([whole.value('paylb-outcome'), whole.value('paylb-attempts')], ['not-executed', '3'])
    assert.match(whole.value('retry-after') ?? '', /^[1-9]\d*$/u)
  }),

  rule('no server can be picked: 503 no-server-available with Retry-After', async (scene) => {
    const servers = [await scene.server(), await scene.server()]
    const app = await scene.app(servers)
    const [first, second] = app.balancer.servers
    assert.ok(first && second)
    await app.balancer.drain(first.id)
    app.balancer.remove(second.id)
    const whole = await scene.ask(app, 'POST /payments/charges', { body: 'amount=1' })
    assert.equal(whole.status, 503)
    assert.equal(whole.json()['type'], 'urn:paylb:no-server-available')
    assert.deepEqual([whole.value('paylb-outcome'), whole.value('paylb-attempts')], ['not-executed', '0'])
    assert.match(whole.value('retry-after') ?? '', /^[1-9]\d*$/u)
    assert.equal(servers[0]?.begun, 0)
  }),

  rule('a server that joins or leaves while the app runs is used or left alone at once', async (scene) => {
    const before = await scene.server(() => answer(200, ['Keep-Alive: timeout=60'], 'before'))
    const after = await scene.server(() => answer(200, [], 'after'))
    const app = await scene.app([before])
    assert.equal((await scene.ask(app, 'GET /payments/x')).body.toString(), 'before')
    app.balancer.replace([after.url])
    assert.equal((await scene.ask(app, 'GET /payments/x')).body.toString(), 'after')
    await until('the connection to the server that left is closed', () => before.openSockets === 0)
  }),
]
