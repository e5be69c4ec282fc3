import assert from 'node:assert/strict'
import type { AdapterRule } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import { until } from '../until.ts'
import { answer } from '../wire/head.ts'

const text = { fields: ['Content-Type: text/plain'], body: 'not for paylb' }

/** Rules on what handlers of the app see, and on balancers that are shared. */
export const handedOutBalancer: readonly AdapterRule[] = [
  rule('a handler behind paylb sees the balancer and its own body untouched', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server])
    const whole = await scene.ask(app, 'POST /behind', text)
    assert.deepEqual(whole.json(), { servers: [server.host], bodyBytes: text.body.length })
    assert.equal(server.begun, 0)
  }),

  rule('forward: false hands the balancer out and forwards nothing', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server], { forward: false })
    assert.deepEqual((await scene.ask(app, 'POST /behind', text)).json()['servers'], [server.host])
    assert.equal((await scene.ask(app, 'POST /payments/charges', text)).status, 404)
    assert.equal(server.begun, 0)
  }),

  rule('one balancer serves two apps, counts for both, and outlives each', async (scene) => {
    const server = await scene.server(() => answer(201, ['Keep-Alive: timeout=60']))
    const first = await scene.app([server])
    const second = await scene.mount({ balancer: first.balancer, settings: {} })
    assert.equal(second.balancer, first.balancer)
    for (const app of [first, second]) assert.equal((await scene.ask(app, 'POST /payments/charges')).status, 201)
    assert.equal(first.balancer.snapshot().counters.succeeded, 2)
    assert.equal(server.openSockets, 2)
    await second.close()
    await until("the second app's connection is closed", () => server.openSockets === 1)
    assert.equal((await scene.ask(first, 'POST /payments/charges')).status, 201)
  }),
]
