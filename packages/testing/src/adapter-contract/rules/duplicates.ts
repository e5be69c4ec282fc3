import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { AdapterRule, MountedAdapter } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import type { Scene } from '../scene.ts'
import { until } from '../until.ts'
import { answer } from '../wire/head.ts'
import { KeyedLedger } from '../wire/keyed-ledger.ts'
import type { Message } from '../wire/message.ts'
import type { RawServer } from '../wire/raw-server.ts'

/* The same key at the same time is one payment; the same key with another request is a mistake. */

const fields = ['Idempotency-Key: order-17']
const body = '{"amount":1000}'

/** Rules on requests with the same key. */
export const duplicates: readonly AdapterRule[] = [
  rule('the same key while its payment runs is 409, pending, and not sent', async (scene) => {
    const { server, app, first, finish } = await running(scene)
    const second = await pay(scene, app)
    assert.deepEqual([second.status, second.json()['type']], [409, 'urn:paylb:payment-in-progress'])
    assert.deepEqual([second.value('paylb-outcome'), second.json()['outcome']], ['pending', 'pending'])
    assert.deepEqual([second.value('retry-after'), second.json()['key']], ['1', 'order-17'])
    finish()
    assert.equal((await first).status, 201)
    assert.equal(server.begun, 1)
  }),

  rule('with duplicates: wait it waits for the end, and gets the same answer', async (scene) => {
    const ledger = new KeyedLedger()
    let hold: (() => void) | undefined
    const server = await scene.server({
      onRequest: ({ request, socket }) => {
        const send = (): void => void socket.write(ledger.answerTo(request))
        if (hold === undefined) hold = send
        else send()
      },
    })
    const app = await scene.app([server], {}, { ledger: 'shared', duplicates: 'wait' })
    const first = pay(scene, app)
    await until('the first request has come', () => hold !== undefined)
    const second = pay(scene, app)
    hold?.()
    const [one, two] = await Promise.all([first, second])
    assert.deepEqual([one.status, one.body.toString()], [201, 'payment 1'])
    assert.deepEqual([two.status, two.body.toString()], [201, 'payment 1'])
    assert.deepEqual(ledger.executed, ['order-17'])
  }),

  ...(
    [
      ['another body', 'POST /payments/charges', '{"amount":9}'],
      ['another path', 'POST /payments/refunds', body],
      ['another query', 'POST /payments/charges?capture=no', body],
      ['another method', 'PUT /payments/charges', body],
    ] as const
  ).map(([what, startLine, bytes]) =>
    rule(`the same key with ${what} is 422, rejected, and not sent`, async (scene) => {
      const { server, app, first, finish } = await running(scene)
      const other = await scene.ask(app, startLine, { fields, body: bytes })
      assert.deepEqual([other.status, other.json()['type']], [422, 'urn:paylb:key-reused'])
      assert.deepEqual([other.value('paylb-outcome'), other.json()['outcome']], ['rejected', 'rejected'])
      assert.deepEqual([other.value('paylb-attempts'), other.json()['key']], ['0', 'order-17'])
      finish()
      assert.equal((await first).status, 201)
      assert.equal(server.begun, 1)
    }),
  ),

  rule(
    'a key that is remembered after its payment is 422 with another body, and itself is no mistake',
    async (scene) => {
      const server = await scene.server(() => answer(201))
      const app = await scene.app([server, await scene.server()])
      assert.equal((await pay(scene, app)).status, 201)
      assert.equal((await pay(scene, app, '{"amount":9}')).status, 422)
      assert.equal((await pay(scene, app)).status, 201)
      assert.equal(server.begun, 2)
    },
  ),

  rule('a body too long to be held proves no mistake: the server decides', async (scene) => {
    const server = await scene.server(() => answer(201))
    const app = await scene.app([server, await scene.server()], { maxReplayBytes: 20 })
    for (const bytes of [body, 'x'.repeat(21), 'y'.repeat(22), body]) {
      assert.equal((await pay(scene, app, bytes)).status, 201)
    }
    assert.equal(server.begun, 4)
  }),

  rule('a key of another tenant is another key', async (scene) => {
    const { server, app, first, finish } = await running(scene, { keyScope: tenantOf })
    const other = pay(scene, app, body, [...fields, 'X-Tenant: shop-2'])
    await until('both have reached the server', () => server.begun === 2)
    finish()
    assert.deepEqual([(await first).status, (await other).status], [201, 201])
  }),
]

function tenantOf(request: IncomingMessage): string {
  return String(request.headers['x-tenant'])
}

interface Running {
  readonly server: RawServer
  readonly app: MountedAdapter
  /** The answer to a payment that has reached its server. */
  readonly first: Promise<Message>
  /** Answers everything that is waiting. */
  readonly finish: () => void
}

async function running(scene: Scene, settings: Parameters<Scene['app']>[1] = {}): Promise<Running> {
  const waiting: Socket[] = []
  const server = await scene.server({ onRequest: ({ socket }) => void waiting.push(socket) })
  const app = await scene.app([server], settings, { ledger: 'shared' })
  const first = pay(scene, app)
  await until('the first request has come', () => waiting.length === 1)
  const finish = (): void => {
    for (const socket of waiting.splice(0)) socket.write(answer(201))
  }
  return { server, app, first, finish }
}

function pay(
  scene: Scene,
  app: MountedAdapter,
  bytes: string = body,
  asked: readonly string[] = fields,
): Promise<Message> {
  return scene.ask(app, 'POST /payments/charges', { fields: asked, body: bytes })
}
