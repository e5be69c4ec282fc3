import assert from 'node:assert/strict'
import type { AdapterRule } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import { answer, lines } from '../wire/head.ts'

/*
 * Requests that paylb, the framework and a server might read differently. Whoever refuses first, no server may be
 * reached, and the answer is a 4xx or a closed connection.
 */

const heads: readonly (readonly [name: string, head: (host: string) => readonly string[]])[] = [
  ['no Host', () => ['GET /payments/x HTTP/1.1']],
  ['no Host in HTTP/1.0', () => ['GET /payments/x HTTP/1.0']],
  ['two Hosts', (host) => ['GET /payments/x HTTP/1.1', `Host: ${host}`, 'Host: evil.example']],
  ['the same Host twice', (host) => ['GET /payments/x HTTP/1.1', `Host: ${host}`, `Host: ${host}`]],
  ['an empty Host', () => ['GET /payments/x HTTP/1.1', 'Host:']],
  ['a Host with user information', (host) => ['GET /payments/x HTTP/1.1', `Host: user@${host}`]],
  ['a Host with a path', (host) => ['GET /payments/x HTTP/1.1', `Host: ${host}/x`]],
  ['a Host with a comma', (host) => ['GET /payments/x HTTP/1.1', `Host: ${host},evil.example`]],
  ['another authority in the target', (host) => ['GET http://evil.example/payments/x HTTP/1.1', `Host: ${host}`]],
  ['another port in the target', (host) => [`GET http://${host}0/payments/x HTTP/1.1`, `Host: ${host}`]],
  ['user information in the target', (host) => [`GET http://a@${host}/payments/x HTTP/1.1`, `Host: ${host}`]],
  ['another scheme in the target', (host) => [`GET ftp://${host}/payments/x HTTP/1.1`, `Host: ${host}`]],
  ['an authority as the target', (host) => [`GET ${host} HTTP/1.1`, `Host: ${host}`]],
  ['CONNECT', (host) => [`CONNECT ${host} HTTP/1.1`, `Host: ${host}`]],
  ['CONNECT with a path', (host) => ['CONNECT /payments/x HTTP/1.1', `Host: ${host}`]],
  ['TRACE', (host) => ['TRACE /payments/x HTTP/1.1', `Host: ${host}`]],
  ['GET *', (host) => ['GET * HTTP/1.1', `Host: ${host}`]],
  ['both lengths', (host) => [...postTo(host), 'Content-Length: 5', 'Transfer-Encoding: chunked']],
  ['two different lengths', (host) => [...postTo(host), 'Content-Length: 5', 'Content-Length: 6']],
  ['a transfer coding that nobody would undo', (host) => [...postTo(host), 'Transfer-Encoding: gzip, chunked']],
  ['a transfer coding twice', (host) => [...postTo(host), 'Transfer-Encoding: chunked, chunked']],
  ['a length with a sign', (host) => [...postTo(host), 'Content-Length: +5']],
  ['a folded line', (host) => [...postTo(host), 'X-Folded: a', ' b', 'Content-Length: 0']],
  ['a NUL in a field', (host) => [...postTo(host), 'X-Nul: a\0b', 'Content-Length: 0']],
  ['a bare CR in a field', (host) => [...postTo(host), 'X-Cr: a\rb', 'Content-Length: 0']],
]

const paths: readonly string[] = [
  '//evil.example/x',
  '//',
  '/..',
  '/../x',
  '/a/../x',
  '/a/..',
  '/./x',
  '/.',
  '/%2e%2e/x',
  '/%2E%2e/x',
  '/.%2e/x',
  '/%2e/x',
  '/a/..%2fx',
  '/a/%2e%2e%2Fx',
  '/a%2f..%2fx',
  '/a%2f../x',
  '/..;/x',
  '/a\\..\\x',
  '/\\evil.example',
  '/%5cevil.example',
  '/a%5C..%5Cx',
  '/a%00b',
  '/a#b',
]

const protectedFields: readonly string[] = [
  'Idempotency-Key',
  'Authorization',
  'Cookie',
  'Host',
  'Content-Length',
  'Content-Type',
  'Transfer-Encoding',
  'Date',
  'Digest',
  'Content-Digest',
  'X-Signature',
  'Signature-Input',
  'X-Webhook-Signature-V1',
  'Forwarded',
  'X-Forwarded-For',
  'Via',
]

/** Rules on requests that no server may see. */
export const refusedRequests: readonly AdapterRule[] = [
  rule('a request that could be read in two ways reaches no server', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server])
    for (const [name, head] of heads) {
      const client = await scene.client(app)
      client.send(lines(head(new URL(app.url).host)))
      const refusal = await client.answer()
      if (refusal !== undefined) assert.ok(refusal.status >= 400 && refusal.status < 500, `${name}: ${refusal.status}`)
      assert.equal(server.begun, 0, name)
      client.socket.destroy()
    }
  }),

  rule(
    'a path that a server could read as another one is refused, also after the mount path was taken off',
    async (scene) => {
      const server = await scene.server(() => answer(200))
      const app = await scene.app([server])
      for (const path of paths) {
        for (const method of ['GET', 'POST']) {
          const { status } = await scene.ask(app, `${method} /payments${path}`)
          assert.ok(status >= 400 && status < 500, `${path}: ${status}`)
          assert.equal(server.begun, 0, path)
        }
      }
    },
  ),

  rule('a path above the mount point is no way in', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server])
    for (const target of ['//payments/x', '/x/../payments/x', '/payments%2fx', '\\payments\\x', '/./payments/x']) {
      const refusal = await scene.tryAsk(app, `GET ${target}`)
      if (refusal !== undefined)
        assert.ok(refusal.status >= 400 && refusal.status < 500, `${target}: ${refusal.status}`)
      assert.equal(server.begun, 0, target)
    }
  }),

  rule('Connection may not name a field that must arrive: 400', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server])
    for (const field of protectedFields) {
      const fields = [`Connection: keep-alive, ${field.toLowerCase()}`, 'Idempotency-Key: order-17']
      const whole = await scene.ask(app, 'POST /payments/charges', { fields, body: 'amount=1' })
      assert.deepEqual([whole.status, whole.json()['type']], [400, 'urn:paylb:bad-request'], field)
      assert.equal(whole.value('paylb-outcome'), 'not-executed')
    }
    assert.equal(server.begun, 0)
  }),
]

function postTo(host: string): readonly string[] {
  return ['POST /payments/charges HTTP/1.1', `Host: ${host}`]
}
