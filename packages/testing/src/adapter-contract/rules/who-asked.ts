import assert from 'node:assert/strict'
import type { AdapterRule, ForwardSettings } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import { answer } from '../wire/head.ts'

/* Who asked, and through whom: said by whoever is trusted to say it, and never by a stranger. */

const said = [
  'X-Forwarded-For: 6.6.6.6',
  'X-Forwarded-Host: shop.example',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Port: 666',
  'Forwarded: for=6.6.6.6',
  'X-Real-IP: 6.6.6.6',
]
const lookAlikes = ['X_Forwarded_For: 7.7.7.7', 'X_Real_IP: 7.7.7.7', 'X_Forwarded-Host: evil.example']

const untrusting: readonly ForwardSettings[] = [
  {},
  { trustProxy: false },
  { trustProxy: 0 },
  { trustProxy: '10.0.0.0/8' },
]
const trusting: readonly ForwardSettings[] = [
  { trustProxy: true },
  { trustProxy: 1 },
  { trustProxy: 'loopback' },
  { trustProxy: ['10.0.0.0/8', '127.0.0.1'] },
]

function viaOf(count: number): string {
  return Array.from({ length: count }, (_, index) => `1.1 paylb-${index.toString(16).padStart(8, '0')}`).join(', ')
}

/** Rules on what is said of those who asked. */
export const whoAsked: readonly AdapterRule[] = [
  ...untrusting.map((settings) =>
    rule(
      `who asked is written anew, with ${JSON.stringify(settings)}: what the peer says of it is dropped`,
      async (scene) => {
        const server = await scene.server(() => answer(200))
        const app = await scene.app([server], settings)
        await scene.ask(app, 'GET /payments/x', { fields: [...said, ...lookAlikes] })
        const [request] = server.requests
        assert.ok(request)
        assert.doesNotMatch(JSON.stringify(request.fields), /[67]\.[67]\.[67]\.[67]|shop|evil|"666"/u)
        assert.deepEqual(request.values('x-forwarded-for'), ['127.0.0.1'])
        assert.deepEqual(request.values('x-forwarded-proto'), ['http'])
        assert.deepEqual(request.values('x-forwarded-host'), [new URL(app.url).host])
        assert.deepEqual([...request.values('forwarded'), ...request.values('x-real-ip')], [])
      },
    ),
  ),

  ...trusting.map((settings) =>
    rule(
      `what a trusted peer says of who asked goes on, and the peer is added, with ${JSON.stringify(settings)}`,
      async (scene) => {
        const server = await scene.server(() => answer(200))
        const app = await scene.app([server], settings)
        await scene.ask(app, 'GET /payments/x', { fields: [...said, ...lookAlikes] })
        const [request] = server.requests
        assert.ok(request)
        assert.doesNotMatch(JSON.stringify(request.fields), /7\.7\.7\.7|evil/u)
        assert.deepEqual(request.values('x-forwarded-for'), ['6.6.6.6, 127.0.0.1'])
        assert.deepEqual(request.values('x-forwarded-proto'), ['https'])
        assert.deepEqual(request.values('x-forwarded-host'), ['shop.example'])
        assert.deepEqual(request.values('x-forwarded-port'), ['666'])
        const { host } = new URL(app.url)
        assert.deepEqual(request.values('forwarded'), [`for=6.6.6.6, for=127.0.0.1;host="${host}";proto=http`])
        assert.deepEqual(request.values('x-real-ip'), ['6.6.6.6'])
      },
    ),
  ),

  rule('a trusted peer that says nothing is who asked', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server], { trustProxy: true })
    await scene.ask(app, 'GET /payments/x')
    assert.deepEqual(server.requests[0]?.values('x-forwarded-for'), ['127.0.0.1'])
    assert.deepEqual(server.requests[0]?.values('x-forwarded-host'), [new URL(app.url).host])
  }),

  rule("a server is asked under its own name, or under the caller's where that is wanted", async (scene) => {
    const server = await scene.server(() => answer(200))
    for (const preserveHost of [false, true]) {
      const app = await scene.app([server], { preserveHost })
      await scene.ask(app, 'GET /payments/x')
      const expected = preserveHost ? new URL(app.url).host : new URL(server.url).host
      assert.deepEqual(server.requests.at(-1)?.values('host'), [expected])
    }
  }),

  rule('every paylb on the way adds its own name to Via, and keeps the names of others', async (scene) => {
    const server = await scene.server(() => answer(200))
    const inner = await scene.app([server])
    const outer = await scene.app([`${inner.url}/payments`])
    const { status } = await scene.ask(outer, 'GET /payments/x', { fields: ['Via: 1.0 fred'] })
    assert.equal(status, 200)
    const names = server.requests[0]?.values('via').join(', ') ?? ''
    assert.match(names, /^1\.0 fred, 1\.1 paylb-[\da-f]{8}, 1\.1 paylb-[\da-f]{8}$/u)
    assert.equal(new Set(names.match(/paylb-[\da-f]{8}/gu)).size, 2)
  }),

  rule('a request that comes back to where it was is refused: 508', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server])
    await scene.ask(app, 'GET /payments/x')
    const [via = ''] = server.requests[0]?.values('via') ?? []
    for (const field of [via, `1.0 fred, ${via}, 1.1 other`]) {
      const whole = await scene.ask(app, 'POST /payments/x', { fields: [`Via: ${field}`], body: 'x' })
      assert.deepEqual([whole.status, whole.value('paylb-outcome')], [508, 'not-executed'])
    }
    assert.equal(server.requests.length, 1)
  }),

  rule(
    'a request that has passed eight others goes on, and one that has passed nine is refused: 508',
    async (scene) => {
      const server = await scene.server(() => answer(200))
      const app = await scene.app([server])
      assert.equal((await scene.ask(app, 'GET /payments/x', { fields: [`Via: ${viaOf(8)}`] })).status, 200)
      assert.equal((await scene.ask(app, 'GET /payments/x', { fields: [`Via: ${viaOf(9)}`] })).status, 508)
      assert.equal(server.requests.length, 1)
    },
  ),

  rule('an OPTIONS request goes as far as it says, and is answered where it may go no further', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server])
    await scene.ask(app, 'OPTIONS /payments/x', { fields: ['Max-Forwards: 2'] })
    assert.deepEqual(server.requests[0]?.values('max-forwards'), ['1'])
    const here = await scene.ask(app, 'OPTIONS /payments/x', { fields: ['Max-Forwards: 0'] })
    assert.deepEqual([here.status, here.body.length], [200, 0])
    assert.match(here.value('allow') ?? '', /POST/u)
    for (const field of ['Max-Forwards: -1', 'Max-Forwards: one', 'Max-Forwards: 1, 2']) {
      assert.equal((await scene.ask(app, 'OPTIONS /payments/x', { fields: [field] })).status, 400, field)
    }
    await scene.ask(app, 'GET /payments/x', { fields: ['Max-Forwards: 0'] })
    assert.deepEqual(server.requests.at(-1)?.values('max-forwards'), ['0'])
    assert.equal(server.requests.length, 2)
  }),

  rule('the trace that a caller began goes on to the server', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server])
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await scene.ask(app, 'GET /payments/x', { fields: [`traceparent: ${trace}`, 'tracestate: a=1'] })
    assert.deepEqual(server.requests[0]?.values('traceparent'), [trace])
    assert.deepEqual(server.requests[0]?.values('tracestate'), ['a=1'])
  }),
]
