import assert from 'node:assert/strict'
import type { AdapterRule, MountedAdapter } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import type { Ask, Scene } from '../scene.ts'
import { until } from '../until.ts'
import type { Message } from '../wire/message.ts'

/* What paylb answers itself (RFC 9457): enough to act on, and nothing about the machines behind it. */

const key = 'Idempotency-Key: order-17'

interface Case {
  readonly name: string
  readonly status: number
  readonly title: string
  readonly hasKey: boolean
  readonly play: (scene: Scene) => Promise<Message>
}

const cases: readonly Case[] = [
  {
    name: 'a refused request',
    status: 400,
    title: 'Request refused',
    hasKey: false,
    play: async (scene) => pay(scene, await scene.app([await scene.server()]), { fields: [key, key] }),
  },
  {
    name: 'a payment that was not executed',
    status: 503,
    title: 'Not executed',
    hasKey: true,
    play: async (scene) => pay(scene, await scene.app(['http://127.0.0.1:1']), { fields: [key] }),
  },
  {
    name: 'no server at all',
    status: 503,
    title: 'No server available',
    hasKey: true,
    play: async (scene) => {
      const app = await scene.app([await scene.server()])
      app.balancer.remove(app.balancer.servers[0]?.id ?? '')
      return pay(scene, app, { fields: [key] })
    },
  },
  {
    name: 'too much in flight',
    status: 503,
    title: 'Too many requests in flight',
    hasKey: true,
    play: async (scene) => {
      const app = await scene.app([await scene.server()], {}, { maxInFlight: 1 })
      const lease = app.balancer.pick()
      const whole = await pay(scene, app, { fields: [key] })
      lease.release()
      return whole
    },
  },
  {
    name: 'an unknown outcome',
    status: 502,
    title: 'Outcome unknown',
    hasKey: true,
    play: async (scene) => {
      const server = await scene.server({ onRequest: ({ socket }) => socket.destroy() })
      return pay(scene, await scene.app([server]), { fields: [key] })
    },
  },
  {
    name: 'a lost answer',
    status: 502,
    title: 'Answer lost',
    hasKey: true,
    play: async (scene) => {
      const server = await scene.server({ onRequest: ({ socket }) => socket.destroy() })
      return pay(scene, await scene.app([server], {}, { reconcile: async () => 'succeeded' }), { fields: [key] })
    },
  },
  {
    name: 'a payment that is still running',
    status: 409,
    title: 'Payment in progress',
    hasKey: true,
    play: (scene) => payTwice(scene, 'amount=1'),
  },
  {
    name: 'a key that was used before',
    status: 422,
    title: 'Key used for another request',
    hasKey: true,
    play: (scene) => payTwice(scene, 'amount=2'),
  },
]

/* The first payment goes on until the scene is closed. */
async function payTwice(scene: Scene, body: string): Promise<Message> {
  const server = await scene.server()
  const app = await scene.app([server])
  void scene.tryAsk(app, 'POST /payments/charges', { fields: [key], body: 'amount=1' }).catch(() => {})
  await until('the first payment has come', () => server.requests.length === 1)
  const whole = await pay(scene, app, { fields: [key], body })
  server.sockets.at(-1)?.destroy()
  return whole
}

/** Rules on the answers that paylb gives itself. */
export const problemAnswers: readonly AdapterRule[] = [
  ...cases.map(({ name, status, title, hasKey, play }) =>
    rule(`${name} is told as a problem, without a server's address or a stack`, async (scene) => {
      const whole = await play(scene)
      const problem = whole.json()
      assert.equal(whole.status, status)
      assert.equal(whole.value('content-type'), 'application/problem+json')
      assert.equal(whole.value('cache-control'), 'no-store')
      assert.match(String(problem['type']), /^urn:paylb:[a-z-]+$/u)
      assert.deepEqual([problem['title'], problem['status']], [title, status])
      assert.ok(typeof problem['detail'] === 'string' && problem['detail'].length > 10)
      assert.equal(problem['outcome'], whole.value('paylb-outcome'))
      assert.equal(problem['key'], hasKey ? 'order-17' : undefined)
      const known = new Set(['type', 'title', 'status', 'detail', 'outcome', 'key'])
      assert.deepEqual(
        Object.keys(problem).filter((member) => !known.has(member)),
        [],
      )
      const everything = JSON.stringify([problem, whole.fields])
      assert.doesNotMatch(everything, /127\.0\.0\.1|localhost|\.[jt]s:\d|\bat .+:\d+|ECONN|node_modules/u)
    }),
  ),

  rule('with exposeServer the attempts are told, with their servers', async (scene) => {
    const app = await scene.app(['http://127.0.0.1:1'], { exposeServer: true })
    const whole = await pay(scene, app, { fields: [key] })
    const [attempt] = whole.json()['attempts'] as readonly Record<string, unknown>[]
    assert.deepEqual([attempt?.['server'], attempt?.['outcome']], ['127.0.0.1:1', 'not-sent'])
  }),

  rule('the problem of a HEAD has its length and no body', async (scene) => {
    const app = await scene.app(['http://127.0.0.1:1'])
    const whole = await scene.ask(app, 'HEAD /payments/x')
    assert.deepEqual([whole.status, whole.body.length], [503, 0])
    assert.ok(Number(whole.value('content-length')) > 0)
  }),
]

function pay(scene: Scene, app: MountedAdapter, request: Ask): Promise<Message> {
  return scene.ask(app, 'POST /payments/charges', { body: 'amount=1', ...request })
}
