import assert from 'node:assert/strict'
import type { AdapterRule } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import { until } from '../until.ts'
import { answer, lines, requestHead } from '../wire/head.ts'
import type { Arrival } from '../wire/raw-server.ts'

/** Rules on the connection of a caller. */
export const clientConnections: readonly AdapterRule[] = [
  rule('Expect: 100-continue is answered here and not passed on', async (scene) => {
    const server = await scene.server(() => answer(201))
    const app = await scene.app([server])
    const client = await scene.client(app)
    const fields = ['Expect: 100-continue', 'Content-Length: 8']
    client.send(requestHead('POST /payments/charges', new URL(app.url).host, fields))
    await until('100 Continue has come', () => client.interim.length === 1)
    client.socket.write('amount=1')
    assert.equal((await client.answer())?.status, 201)
    assert.deepEqual(server.requests[0]?.values('expect'), [])
    assert.equal(server.requests[0]?.body.toString(), 'amount=1')
  }),

  rule('any other expectation is refused with 417', async (scene) => {
    const server = await scene.server(() => answer(201))
    const app = await scene.app([server])
    const { status } = await scene.ask(app, 'POST /payments/charges', { fields: ['Expect: a-miracle'], body: 'x' })
    assert.equal(status, 417)
    assert.equal(server.begun, 0)
  }),

  rule('an HTTP/1.0 caller gets a whole answer', async (scene) => {
    const long = 'x'.repeat(100_000)
    const inChunks = `${lines(['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked'])}186a0\r\n${long}\r\n0\r\n\r\n`
    const server = await scene.server((startLine) => (startLine.includes('long') ? inChunks : answer(201, [], 'paid')))
    const app = await scene.app([server])
    for (const [path, body] of [
      ['charges', 'paid'],
      ['long', long],
    ]) {
      const client = await scene.client(app)
      const { host } = new URL(app.url)
      client.send(lines([`POST /payments/${path} HTTP/1.0`, `Host: ${host}`, 'Content-Length: 8']), 'amount=1')
      const whole = await client.answer()
      assert.ok(whole)
      assert.equal(whole.body.toString(), body)
      assert.deepEqual(whole.values('transfer-encoding'), [])
      assert.equal(await client.ended(), 'closed')
    }
  }),

  rule('a connection is kept: two requests in turn', async (scene) => {
    const server = await scene.server((startLine) => answer(200, [], startLine.split(' ')[1]))
    const app = await scene.app([server])
    const client = await scene.client(app)
    for (const path of ['/one', '/two']) {
      client.send(requestHead(`POST /payments${path}`, new URL(app.url).host, ['Content-Length: 3']), 'abc')
      assert.equal((await client.answer())?.body.toString(), path)
    }
    assert.equal(server.sockets.length, 1, "the server's connection is kept as well")
  }),

  rule('after a problem the connection serves the next request, or was announced to close', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server])
    const { host } = new URL(app.url)
    for (const [head, body] of [
      [requestHead('GET /payments//evil', host), ''],
      [requestHead('POST /payments//evil', host, ['Content-Length: 30000']), 'x'.repeat(30_000)],
    ] as const) {
      const client = await scene.client(app)
      client.send(head, body)
      const problem = await client.answer()
      assert.equal(problem?.status, 400)
      if (problem.value('connection') === 'close') {
        assert.ok(body !== '', 'a refused request without a body must not cost the connection')
        assert.equal(await client.ended(), 'closed')
      } else {
        client.send(requestHead('GET /payments/x', host))
        assert.equal((await client.answer())?.status, 200)
      }
    }
  }),

  rule('of many callers at once each gets the answer to its own request', async (scene) => {
    const arrivals: Arrival[] = []
    const server = await scene.server({ onRequest: (arrival) => arrivals.push(arrival) })
    const app = await scene.app([server])
    const bodies = Array.from({ length: 50 }, (_none, index) => `amount=${index}`)
    const asked = bodies.map((body) => scene.ask(app, 'POST /payments/charges', { body }))
    await until('all requests have come', () => arrivals.length === bodies.length)
    for (const { request, socket } of arrivals.toReversed()) socket.write(answer(201, [], request.body.toString()))
    const answered = await Promise.all(asked)
    assert.deepEqual(
      answered.map((whole) => whole.body.toString()),
      bodies,
    )
  }),

  rule('pipelined requests are answered in their order', async (scene) => {
    const arrivals: Arrival[] = []
    const server = await scene.server({ onRequest: (arrival) => arrivals.push(arrival) })
    const app = await scene.app([server])
    const client = await scene.client(app)
    const { host } = new URL(app.url)
    for (const path of ['/1', '//refused', '/3']) client.send(requestHead(`GET /payments${path}`, host))
    await until('both requests have come', () => arrivals.length === 2)
    const lastFirst = arrivals.toSorted((one, other) => (one.request.startLine < other.request.startLine ? 1 : -1))
    for (const { request, socket } of lastFirst) socket.write(answer(200, [], request.startLine.split(' ')[1]))
    const bodies = [await client.answer(), await client.answer(), await client.answer()]
    assert.deepEqual(
      bodies.map((whole) => (whole?.status === 200 ? whole.body.toString() : whole?.status)),
      ['/1', 400, '/3'],
    )
  }),
]
