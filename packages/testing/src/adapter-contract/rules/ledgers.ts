import assert from 'node:assert/strict'
import type { AdapterRule, MountedAdapter } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import type { Scene } from '../scene.ts'
import { answer } from '../wire/head.ts'
import type { Message } from '../wire/message.ts'
import type { RawServer, ServerScript } from '../wire/raw-server.ts'

/* A payment that may have been executed is sent again only to a server that recognises its key; else to nobody. */

const fields = ['Idempotency-Key: order-17']
const body = '{"amount":1000}'
const resetting: ServerScript = { onRequest: ({ socket }) => socket.resetAndDestroy() }

/** Rules on ledgers and on the pins of keys. */
export const ledgers: readonly AdapterRule[] = [
  rule(
    'on a shared ledger, a payment whose server resets after the execution is answered by another',
    async (scene) => {
      const first = await scene.paymentServer({ faults: { reset: 'after', times: 1 } })
      const second = await scene.paymentServer({ ledgerFile: first.ledgerFile })
      const app = await scene.app([first.url, second.url], {}, { ledger: 'shared' })
      const whole = await pay(scene, app)
      assert.deepEqual([whole.status, whole.json()['status']], [201, 'succeeded'])
      assert.deepEqual([whole.value('paylb-outcome'), whole.value('paylb-attempts')], ['succeeded', '2'])
      assert.deepEqual([first.stats().executions, second.stats().executions], [1, 0])
      const [sent, again] = [first.requests[0], second.requests[0]]
      assert.equal(sent?.bodyHash, again?.bodyHash)
      assert.deepEqual(withoutHost(again?.headers), withoutHost(sent?.headers))
      assert.ok(again?.headers.some(([name, value]) => /^idempotency-key$/iu.test(name) && value === 'order-17'))
      assert.deepEqual([first.requests.length, second.requests.length], [1, 1])
    },
  ),

  rule('where no ledger is declared, a caller’s own retry goes to the very same server', async (scene) => {
    const other = await scene.server(() => answer(201))
    let requests = 0
    const server = await scene.server({
      onRequest: ({ socket }) => {
        requests += 1
        if (requests === 1) socket.resetAndDestroy()
        else socket.write(answer(201, [], 'paid'))
      },
    })
    const app = await scene.app([server, other])
    const lost = await pay(scene, app)
    assert.deepEqual([lost.status, lost.value('paylb-attempts')], [502, '1'])
    app.balancer.replace([other.url, server.url])
    const found = await pay(scene, app)
    assert.deepEqual([found.status, found.body.toString()], [201, 'paid'])
    assert.equal(found.value('paylb-outcome'), 'succeeded')
    assert.deepEqual([server.requests.length, other.begun], [2, 0])
  }),

  rule('with two ledgers, a payment that may have been executed never reaches the second one', async (scene) => {
    const [eu, eu2, us] = [
      await scene.server(resetting),
      await scene.server(resetting),
      await scene.server(() => answer(201)),
    ]
    const app = await onLedgers(scene, [eu, 'eu'], [eu2, 'eu'], [us, 'us'])
    const whole = await pay(scene, app)
    assert.deepEqual([whole.status, whole.value('paylb-outcome'), whole.value('paylb-attempts')], [502, 'unknown', '2'])
    assert.deepEqual([eu.begun, eu2.begun, us.begun], [1, 1, 0])
  }),

  rule('its caller’s retry is 503, unknown, when that ledger is down: the other sees nothing', async (scene) => {
    const [eu, us] = [await scene.server(resetting), await scene.server(() => answer(201))]
    const app = await onLedgers(scene, [eu, 'eu'], [us, 'us'])
    await pay(scene, app)
    await eu.stop()
    const refused = await pay(scene, app)
    assert.deepEqual([refused.status, refused.value('paylb-outcome')], [503, 'unknown'])
    assert.match(refused.value('retry-after') ?? '', /^[1-9]\d*$/u)
    app.balancer.remove(eu.host)
    const listed = await pay(scene, app)
    assert.deepEqual([listed.status, listed.json()['type']], [503, 'urn:paylb:no-server-available'])
    assert.deepEqual([listed.value('paylb-outcome'), listed.json()['outcome']], ['unknown', 'unknown'])
    assert.equal(us.begun, 0)
    const another = await pay(scene, app, ['Idempotency-Key: order-18'])
    assert.deepEqual([another.status, us.begun], [201, 1])
  }),

  rule('a payment that was never sent may move to another ledger, and its key stays there', async (scene) => {
    const [eu, us] = [await scene.server(() => answer(201)), await scene.server(() => answer(201, [], 'paid'))]
    await eu.stop()
    const app = await onLedgers(scene, [eu, 'eu'], [us, 'us'])
    const first = await pay(scene, app)
    assert.deepEqual([first.status, first.value('paylb-attempts')], [201, '2'])
    const again = await pay(scene, app)
    assert.deepEqual([again.status, again.value('paylb-attempts'), us.begun], [201, '1', 2])
  }),

  rule(
    'where servers do not deduplicate, a caller’s retry of an open payment is 409, unknown, and not sent',
    async (scene) => {
      const servers = [await scene.server(resetting), await scene.server(() => answer(201))]
      const app = await scene.app(servers, {}, { ledger: 'none' })
      assert.equal((await pay(scene, app)).status, 502)
      const again = await pay(scene, app)
      assert.deepEqual([again.status, again.json()['type']], [409, 'urn:paylb:payment-in-progress'])
      assert.deepEqual([again.value('paylb-outcome'), again.value('paylb-attempts')], ['unknown', '0'])
      assert.deepEqual([again.json()['outcome'], again.value('retry-after')], ['unknown', undefined])
      assert.deepEqual([servers[0]?.begun, servers[1]?.begun], [1, 0])
    },
  ),

  rule('a 409 while our own attempt is open is waited out: the payment ends succeeded', async (scene) => {
    const first = await scene.server(resetting)
    let asked = 0
    const second = await scene.server(() => {
      asked += 1
      return asked === 1 ? answer(409, ['Retry-After: 0']) : answer(201, [], 'paid')
    })
    const app = await scene.app([first, second], {}, { ledger: 'shared' })
    const whole = await pay(scene, app)
    assert.deepEqual([whole.status, whole.body.toString(), whole.value('paylb-outcome')], [201, 'paid', 'succeeded'])
    assert.deepEqual([first.begun, second.begun], [1, 2])
    const bodies = [...first.requests, ...second.requests].map((request) => request.body.toString())
    assert.deepEqual(bodies, [body, body, body])
  }),

  rule('a long body that has begun to flow is not sent again, although its key is recognised', async (scene) => {
    const servers = [await scene.server(resetting), await scene.server(() => answer(201))]
    const app = await scene.app(servers, { maxReplayBytes: 10 }, { ledger: 'shared' })
    const whole = await pay(scene, app)
    assert.deepEqual([whole.status, whole.value('paylb-outcome'), servers[1]?.begun], [502, 'unknown', 0])
  }),
]

function pay(scene: Scene, app: MountedAdapter, asked: readonly string[] = fields): Promise<Message> {
  return scene.ask(app, 'POST /payments/charges', { fields: asked, body })
}

function onLedgers(scene: Scene, ...servers: (readonly [RawServer, string])[]): Promise<MountedAdapter> {
  return scene.app([], {}, { servers: servers.map(([server, ledger]) => ({ url: server.url, ledger })) })
}

function withoutHost(headers: readonly (readonly [string, string])[] = []): readonly (readonly [string, string])[] {
  return headers.filter(([name]) => name.toLowerCase() !== 'host')
}
