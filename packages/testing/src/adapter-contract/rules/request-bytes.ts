import assert from 'node:assert/strict'
import { rule } from '../scene.ts'
import { answer } from '../wire/head.ts'
import type { AdapterRule } from '../adapter-rule.ts'

/* What goes in comes out: decoding and encoding a target again is how a proxy and a server come to disagree. */

const passedOn = [
  'Idempotency-Key: "order 17"',
  'Authorization: Bearer token',
  'Cookie: a=1',
  'Cookie: b=2',
  'X-Trace: 1',
  'x-trace: 2',
  'X-TRACE: 3',
  'X-Empty:',
  'X-Latin: caf\u00e9',
  'Content-Type: application/json',
  'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  '__proto__: polluted',
  'constructor: polluted',
]

/* Written anew for the server; what they must be is said by other rules. */
const writtenAnew = /^(?:host|connection|content-length|via|x-forwarded-.*)$/u

const targets: readonly (readonly [string, string])[] = [
  ['/payments', '/'],
  ['/payments/', '/'],
  ['/payments?x=1', '/?x=1'],
  ['/payments/charges', '/charges'],
  ['/payments/charges/', '/charges/'],
  ['/payments/payments/x', '/payments/x'],
  ['/payments/a//b', '/a//b'],
  ['/payments/a;v=1/b', '/a;v=1/b'],
  ['/payments/a%2Fb%20c', '/a%2Fb%20c'],
  ['/payments/a?next=/payments/../x&q=%zz&r=a+b&s=//h\\i', '/a?next=/payments/../x&q=%zz&r=a+b&s=//h\\i'],
  ['/payments/...', '/...'],
  ["/payments/~!$&'()*+,=:@", "/~!$&'()*+,=:@"],
]

/** Rules on what reaches a server. */
export const requestBytes: readonly AdapterRule[] = [
  rule('method, path, query, fields and body reach the server byte for byte', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server])
    const body = '{"amount": 1,\u00a0 "note":"\ud83d\ude00"}\n'
    await scene.ask(app, 'PATCH /payments/a%2Fb?x=%zz&y=%20', { fields: passedOn, body: Buffer.from(body) })
    const [request] = server.requests
    assert.equal(request?.startLine, 'PATCH /a%2Fb?x=%zz&y=%20 HTTP/1.1')
    const fields = request.fields.filter(([name]) => !writtenAnew.test(name.toLowerCase()))
    assert.deepEqual(
      fields.map(([name, value]) => `${name}: ${value}`),
      passedOn.map((line) => (line.endsWith(':') ? `${line} ` : line)),
    )
    assert.equal(request.body.toString(), body)
    assert.deepEqual(request.values('host'), [server.host])
  }),

  rule('the mount path is taken off, and nothing else of the target is touched', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server])
    for (const [target, expected] of targets) {
      const { status } = await scene.ask(app, `GET ${target}`)
      assert.equal(status, 200, target)
      assert.equal(server.requests.at(-1)?.startLine, `GET ${expected} HTTP/1.1`, target)
    }
  }),

  rule("a server's base path is put before the target as it stands", async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([`${server.url}/base%20path/v1/`])
    await scene.ask(app, 'GET /payments/charges?a=1')
    await scene.ask(app, 'GET /payments')
    assert.deepEqual(
      server.requests.map((request) => request.startLine),
      ['GET /base%20path/v1/charges?a=1 HTTP/1.1', 'GET /base%20path/v1/ HTTP/1.1'],
    )
  }),

  rule('every ordinary method goes on as it is', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server])
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const { status } = await scene.ask(app, `${method} /payments/x`)
      assert.equal(status, 200, method)
      assert.equal(server.requests.at(-1)?.startLine, `${method} /x HTTP/1.1`)
    }
  }),

  rule('a GET with a body is passed on unchanged', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server])
    await scene.ask(app, 'GET /payments/search', { fields: ['Content-Type: text/plain'], body: 'query' })
    assert.equal(server.requests[0]?.body.toString(), 'query')
  }),

  rule('a request with very many fields is refused (431), or none is lost, and neither is the body', async (scene) => {
    const server = await scene.server(() => answer(201))
    const app = await scene.app([server])
    for (const count of [1_500, 2_100]) {
      const many = Array.from({ length: count }, (_none, index) => `x${index.toString(36)}:`)
      const fields = [...many, 'Idempotency-Key: order-17']
      const whole = await scene.ask(app, 'POST /payments/charges', { fields, body: 'amount=1' })
      if (whole.status === 431) continue
      assert.equal(whole.status, 201)
      const request = server.requests.at(-1)
      assert.equal(request?.fields.filter(([name]) => /^x[\da-z]+$/u.test(name)).length, count)
      assert.deepEqual(request.values('idempotency-key'), ['order-17'])
      assert.equal(request.body.toString(), 'amount=1')
    }
  }),

  rule('only whole segments of the mount path count: /payments-admin is not taken', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server])
    for (const target of ['/payments-admin', '/payments-admin/x', '/payments.', '/x/payments', '/']) {
      const { status } = await scene.ask(app, `GET ${target}`)
      assert.equal(status, 404, target)
    }
    assert.equal(server.begun, 0)
  }),

  rule('an absolute-form target is read by its path when its authority is that of Host', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server])
    for (const target of ['/payments/a?b=1', '/payments']) {
      const { status } = await scene.ask(app, `GET ${app.url}${target}`)
      assert.equal(status, 200, target)
    }
    assert.deepEqual(
      server.requests.map((request) => request.startLine),
      ['GET /a?b=1 HTTP/1.1', 'GET / HTTP/1.1'],
    )
  }),
]
