import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AdapterRule } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import { until } from '../until.ts'
import { answer, requestHead } from '../wire/head.ts'

/** Rules on the end of an app. */
export const closing: readonly AdapterRule[] = [
  rule('closing lets a payment in flight end first, then leaves no socket', async (scene) => {
    const server = await scene.server()
    const app = await scene.app([server])
    const client = await scene.client(app)
    client.send(requestHead('POST /payments/charges', new URL(app.url).host, ['Content-Length: 8']), 'amount=1')
    await until('the server has the request', () => server.requests.length === 1)
    let hasClosed = false
    const closed = app.close().finally(() => {
      hasClosed = true
    })
    await sleep(50)
    assert.equal(hasClosed, false)
    server.sockets[0]?.write(answer(201, [], 'paid'))
    const whole = await client.answer()
    assert.deepEqual([whole?.status, whole?.value('paylb-outcome')], [201, 'succeeded'])
    client.socket.destroy()
    await closed
    await until('every connection to the server is closed', () => server.openSockets === 0)
  }),

  rule('closing closes connections that are kept for later', async (scene) => {
    const server = await scene.server(() => answer(200, ['Keep-Alive: timeout=60']))
    const app = await scene.app([server])
    await scene.ask(app, 'GET /payments/x')
    assert.equal(server.openSockets, 1)
    await app.close()
    assert.throws(() => app.balancer.pick(), { code: 'no-server-available' })
    await until('every connection to the server is closed', () => server.openSockets === 0)
  }),
]
