import assert from 'node:assert/strict'
import type { AdapterRule } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import { answer, lines } from '../wire/head.ts'

/* Fields of one connection end at paylb, in both directions (RFC 9110, section 7.6.1). */

const ofOneConnection = [
  'Connection: keep-alive, X-Private',
  'Connection: x-other',
  'X-Private: 1',
  'X-Other: 1',
  'Keep-Alive: timeout=77',
  'Proxy-Connection: keep-alive',
  'Proxy-Authorization: Basic c2VjcmV0',
  'Proxy-Authenticate: Basic',
  'TE: trailers',
  'Trailer: X-Checksum',
  'HTTP2-Settings: AAMAAABk',
]

/** Rules on fields that must not be passed on. */
export const connectionFields: readonly AdapterRule[] = [
  rule('connection fields of a request, and those that Connection names, do not reach the server', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server])
    await scene.ask(app, 'POST /payments/x', { fields: [...ofOneConnection, 'X-Kept: 1'], body: 'x' })
    const [request] = server.requests
    assert.deepEqual(request?.values('x-kept'), ['1'])
    for (const name of namesOf(ofOneConnection)) {
      if (name !== 'connection') assert.deepEqual(request.values(name), [], name)
    }
    assert.ok(!/x-private|x-other/iu.test(request.values('connection').join()))
  }),

  rule('connection fields of an answer, and those that Connection names, do not reach the caller', async (scene) => {
    const server = await scene.server(() => answer(200, [...ofOneConnection, 'Upgrade: h2c', 'X-Kept: 1'], 'body'))
    const app = await scene.app([server])
    const { body, ...head } = await scene.ask(app, 'GET /payments/x')
    const fields = head.fields.map(([name, value]) => `${name}: ${value}`).join('\n')
    assert.match(fields, /x-kept: 1/iu)
    assert.doesNotMatch(fields, /x-private|x-other|timeout=77|proxy-|^te:|trailer|http2-settings|upgrade/imu)
    assert.equal(body.toString(), 'body')
  }),

  rule('an upgrade is never tunnelled: the request goes on as an ordinary one', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server])
    const fields = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']
    const { status } = await scene.ask(app, 'GET /payments/socket', { fields })
    assert.equal(status, 200)
    assert.deepEqual(server.requests[0]?.values('upgrade'), [])
  }),

  rule('trailers of an answer are dropped together with the Trailer field', async (scene) => {
    const head = lines(['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', 'Trailer: X-Checksum'])
    const server = await scene.server(() => `${head}4\r\nbody\r\n0\r\nX-Checksum: 1\r\n\r\n`)
    const app = await scene.app([server])
    for (const method of ['GET', 'POST']) {
      const whole = await scene.ask(app, `${method} /payments/x`)
      assert.equal(whole.body.toString(), 'body')
      assert.deepEqual([...whole.values('trailer'), ...whole.values('x-checksum')], [])
    }
  }),
]

function namesOf(fields: readonly string[]): readonly string[] {
  return fields.map((line) => line.slice(0, line.indexOf(':')).toLowerCase())
}
