import assert from 'node:assert/strict'
import type { AdapterRule } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import { answer } from '../wire/head.ts'
import type { ServerScript } from '../wire/raw-server.ts'

/* Keys that paylb makes, routes that may be repeated, and fields of one attempt. */

const resetting: ServerScript = { onRequest: ({ socket }) => socket.resetAndDestroy() }
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u

/** Rules on the forward options that concern payments. */
export const paymentOptions: readonly AdapterRule[] = [
  rule('generateKey gives a bare payment a key: the same on all attempts, and told in the answer', async (scene) => {
    const [first, second] = [await scene.server(resetting), await scene.server(() => answer(201))]
    const app = await scene.app([first, second], { generateKey: true }, { ledger: 'shared' })
    const whole = await scene.ask(app, 'POST /payments/charges', { body: 'amount=1' })
    const key = whole.value('idempotency-key') ?? ''
    assert.equal(whole.status, 201)
    assert.match(key, uuid)
    assert.deepEqual(
      [first, second].map((server) => server.requests[0]?.values('idempotency-key')),
      [[key], [key]],
    )
    const next = await scene.ask(app, 'POST /payments/charges', { body: 'amount=1' })
    assert.notEqual(next.value('idempotency-key'), key)
  }),

  rule('a key that was made is told in a problem, too, in both places', async (scene) => {
    const app = await scene.app([await scene.server(resetting)], { generateKey: true })
    const whole = await scene.ask(app, 'POST /payments/charges', { body: 'amount=1' })
    const key = whole.value('idempotency-key') ?? ''
    assert.deepEqual([whole.status, whole.json()['key']], [502, key])
    assert.match(key, uuid)
  }),

  rule('generateKey leaves a caller’s own key alone, and GETs without one', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server], { generateKey: true, safeRoutes: ['/quotes'] })
    const own = await scene.ask(app, 'POST /payments/charges', { fields: ['Idempotency-Key: order-17'] })
    await scene.ask(app, 'GET /payments/charges/1')
    await scene.ask(app, 'POST /payments/quotes')
    const keys = server.requests.map((request) => request.values('idempotency-key'))
    assert.deepEqual(keys, [['order-17'], [], []])
    assert.equal(own.value('idempotency-key'), undefined)
  }),

  rule('a safe route fails over like a GET, and no other route does', async (scene) => {
    const [first, second] = [await scene.server(resetting), await scene.server(() => answer(200))]
    const settings = { safeRoutes: ['/quotes', 'PUT /customers'], requireKey: false }
    const app = await scene.app([first, second], settings, { health: false })
    const tried = async (startLine: string): Promise<string | undefined> =>
      (await scene.ask(app, startLine, { body: 'amount=1' })).value('paylb-attempts')
    assert.equal(await tried('POST /payments/quotes'), '2')
    assert.equal(await tried('POST /payments/quotes/17?a=b'), '2')
    assert.equal(await tried('PUT /payments/customers/1'), '2')
    assert.equal(await tried('POST /payments/customers/1'), '1')
    assert.equal(await tried('POST /payments/quotes-and-charges'), '1')
    assert.equal(await tried('POST /payments/charges/quotes'), '1')
  }),

  rule('onAttempt sets fields for each attempt, in the place of those of the same name', async (scene) => {
    const [first, second] = [
      await scene.server({ onRequest: ({ socket }) => socket.write(answer(421)) }),
      await scene.server(() => answer(201)),
    ]
    const app = await scene.app([first, second], {
      onAttempt: (request, server) => ({ 'X-Signature': `${request.method} ${server.id}${request.target}` }),
    })
    const fields = ['x-signature: of the caller', 'X-Other: stays']
    await scene.ask(app, 'POST /payments/charges?a=b', { fields, body: 'amount=1' })
    for (const server of [first, second]) {
      const request = server.requests[0]
      assert.deepEqual(request?.values('x-signature'), [`POST ${server.host}/charges?a=b`])
      assert.deepEqual([request?.value('x-other'), request?.body.toString()], ['stays', 'amount=1'])
    }
  }),

  ...(['Idempotency-Key', 'Host', 'Content-Length', 'Transfer-Encoding', 'Connection', 'Upgrade'] as const).map(
    (name) =>
      rule(`onAttempt may not set ${name}: 500, not executed, and nothing is sent`, async (scene) => {
        const servers = [await scene.server(() => answer(201)), await scene.server(() => answer(201))]
        const app = await scene.app(servers, { onAttempt: () => ({ [name.toLowerCase()]: '1' }) })
        const whole = await scene.ask(app, 'POST /payments/charges', {
          fields: ['Idempotency-Key: order-17'],
          body: 'amount=1',
        })
        assert.deepEqual([whole.status, whole.json()['type']], [500, 'urn:paylb:internal'])
        assert.equal(whole.value('paylb-outcome'), 'not-executed')
        assert.deepEqual([servers[0]?.begun, servers[1]?.begun], [0, 0])
      }),
  ),
]
