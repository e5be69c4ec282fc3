import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import type { AdapterRule } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import { answer, answerHead, lines } from '../wire/head.ts'

/** Rules on how a server's answer reaches the caller. */
export const answers: readonly AdapterRule[] = [
  rule('status, reason, fields and body of an answer reach the caller, duplicates in their order', async (scene) => {
    const fields = [
      'Content-Type: text/plain',
      'X-Dup: 1',
      'x-dup: 2',
      'X-Latin: caf\u00e9',
      'Date: Thu, 01 Jan 1970 00:00:00 GMT',
    ]
    const server = await scene.server(() => answer(418, fields, 'short and stout'))
    const app = await scene.app([server])
    const whole = await scene.ask(app, 'POST /payments/tea')
    assert.equal(whole.startLine, 'HTTP/1.1 418 Status 418')
    assert.deepEqual(whole.values('x-dup'), ['1', '2'])
    assert.deepEqual(whole.values('x-latin'), ['caf\u00e9'])
    assert.deepEqual(whole.values('date'), ['Thu, 01 Jan 1970 00:00:00 GMT'])
    assert.deepEqual(whole.values('content-type'), ['text/plain'])
    assert.equal(whole.body.toString(), 'short and stout')
  }),

  rule('Set-Cookie stays several fields', async (scene) => {
    const cookies = ['a=1; Expires=Thu, 01 Jan 2032 00:00:00 GMT', 'b=2; Path=/']
    const server = await scene.server(() =>
      answer(
        200,
        cookies.map((cookie) => `Set-Cookie: ${cookie}`),
      ),
    )
    const app = await scene.app([server])
    assert.deepEqual((await scene.ask(app, 'GET /payments/x')).values('set-cookie'), cookies)
  }),

  rule('the answer to a HEAD keeps its length and has no body', async (scene) => {
    const server = await scene.server(() => answerHead(200, ['Content-Length: 12345', 'ETag: "x"']))
    const app = await scene.app([server])
    const client = await scene.client(app)
    for (let asked = 0; asked < 2; asked += 1) {
      client.send(lines(['HEAD /payments/x HTTP/1.1', `Host: ${new URL(app.url).host}`]))
      const head = await client.answer()
      assert.deepEqual([head?.status, head?.value('content-length'), head?.value('etag')], [200, '12345', '"x"'])
    }
  }),

  rule('204 and 304 have no body, and 304 keeps its length', async (scene) => {
    const server = await scene.server((startLine) =>
      startLine.includes('empty') ? answerHead(204) : answerHead(304, ['Content-Length: 5', 'ETag: "x"']),
    )
    const app = await scene.app([server])
    const client = await scene.client(app)
    const seen = []
    for (const path of ['empty', 'unchanged', 'empty']) {
      client.send(lines([`GET /payments/${path} HTTP/1.1`, `Host: ${new URL(app.url).host}`]))
      const head = await client.answer()
      seen.push([head?.status, head?.value('content-length'), head?.value('transfer-encoding')])
    }
    assert.deepEqual(seen, [
      [204, undefined, undefined],
      [304, '5', undefined],
      [204, undefined, undefined],
    ])
  }),

  rule('a redirect is passed on and never followed', async (scene) => {
    const elsewhere = await scene.server(() => answer(200))
    for (const status of [301, 302, 303, 307, 308]) {
      const server = await scene.server(() => answer(status, [`Location: ${elsewhere.url}/x`]))
      const app = await scene.app([server, elsewhere])
      for (const [method, outcome] of [
        ['GET', 'succeeded'],
        ['POST', 'unknown'],
      ]) {
        const whole = await scene.ask(app, `${method} /payments/x`)
        assert.deepEqual([whole.status, whole.value('location')], [status, `${elsewhere.url}/x`])
        assert.equal(whole.value('paylb-outcome'), outcome)
      }
    }
    assert.equal(elsewhere.begun, 0)
  }),

  rule('content coding is left untouched', async (scene) => {
    const packed = gzipSync('packed')
    const head = answerHead(200, ['Content-Encoding: gzip', `Content-Length: ${packed.length}`])
    const server = await scene.server(() => Buffer.concat([Buffer.from(head), packed]))
    const app = await scene.app([server])
    const whole = await scene.ask(app, 'GET /payments/x', { fields: ['Accept-Encoding: gzip'] })
    assert.equal(whole.value('content-encoding'), 'gzip')
    assert.deepEqual(whole.body, packed)
  }),

  rule('only paylb speaks of outcomes: paylb fields of a server are removed', async (scene) => {
    const own = ['paylb-outcome: not-executed', 'Paylb-Attempts: 7', 'paylb-anything: x']
    const server = await scene.server(() => answer(201, own))
    const app = await scene.app([server])
    const whole = await scene.ask(app, 'POST /payments/charges')
    assert.deepEqual(whole.values('paylb-outcome'), ['succeeded'])
    assert.deepEqual(whole.values('paylb-attempts'), ['1'])
    assert.deepEqual(whole.values('paylb-anything'), [])
  }),

  rule('interim answers are not taken for the answer', async (scene) => {
    const early = lines(['HTTP/1.1 103 Early Hints', 'Link: </x>; rel=preload'])
    const server = await scene.server(() => early + early + answer(201, [], 'done'))
    const app = await scene.app([server])
    const whole = await scene.ask(app, 'POST /payments/charges')
    assert.deepEqual([whole.status, whole.body.toString()], [201, 'done'])
  }),
]
