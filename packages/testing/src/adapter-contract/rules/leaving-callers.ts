import assert from 'node:assert/strict'
import type { MountedAdapter } from '../adapter-rule.ts'
import type { AdapterRule } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import { until } from '../until.ts'
import { answer, answerHead, requestHead } from '../wire/head.ts'

/*
 * A caller may hang up at any moment. Before its request is complete nothing may be executed; once it was sent, its
 * outcome is wanted all the same; a question that nobody waits for is not worth an answer.
 */

const uploadBytes = 1_000_000

/** Rules on callers that hang up. */
export const leavingCallers: readonly AdapterRule[] = [
  rule('the caller leaves: a POST that was sent is read to its end, a GET is cancelled', async (scene) => {
    const payments = await scene.server()
    const questions = await scene.server()
    const paying = await scene.app([payments])
    const asking = await scene.app([questions])
    const [payer, asker] = [await scene.client(paying), await scene.client(asking)]
    payer.send(headTo(paying, 'POST', ['Content-Length: 8']), 'amount=1')
    asker.send(headTo(asking, 'GET'))
    await until('both servers have the request', () => payments.requests.length + questions.requests.length === 2)
    payer.socket.destroy()
    asker.socket.destroy()
    await until('the GET is cancelled', () => questions.openSockets === 0)
    assert.equal(paying.balancer.snapshot().inFlight, 1)
    payments.sockets[0]?.write(answer(201))
    await until('the POST has its outcome', () => paying.balancer.snapshot().inFlight === 0)
    assert.deepEqual(paying.balancer.snapshot().counters, { succeeded: 1 })
    assert.equal(payments.openSockets, 1)
  }),

  rule(
    'the caller leaves within a long answer: that of a POST is read to its end, that of a GET is not',
    async (scene) => {
      const half = Buffer.alloc(uploadBytes / 2, 'x')
      const server = await scene.server(() =>
        Buffer.concat([Buffer.from(answerHead(200, [`Content-Length: ${uploadBytes}`])), half]),
      )
      const app = await scene.app([server])
      for (const method of ['POST', 'GET']) {
        const client = await scene.client(app)
        client.send(headTo(app, method))
        await until('half of the answer has come', () => client.socket.bytesRead >= half.length)
        client.socket.destroy()
        if (method === 'GET') await until('the GET is cancelled', () => server.openSockets === 0)
        else server.sockets[0]?.write(half)
        await until('nothing is in flight', () => app.balancer.snapshot().inFlight === 0)
      }
      assert.equal(app.balancer.snapshot().counters.succeeded, 1)
    },
  ),

  rule('callers that leave within a long answer do not count against the server', async (scene) => {
    const half = Buffer.alloc(uploadBytes / 2, 'x')
    const head = answerHead(200, [`Content-Length: ${uploadBytes}`])
    const server = await scene.server(() => Buffer.concat([Buffer.from(head), half]))
    const app = await scene.app([server])
    for (let left = 0; left < 5; left += 1) {
      const client = await scene.client(app)
      client.send(headTo(app, 'GET'))
      await until('half of the answer has come', () => client.socket.bytesRead >= half.length)
      client.socket.destroy()
      await scene.nothingInFlight()
    }
    assert.equal(server.begun, 5)
    assert.equal(app.balancer.snapshot().servers[0]?.failureRate, 0)
  }),

  rule('onClientAbort cancel: a POST that was sent is cancelled too, and its outcome is unknown', async (scene) => {
    const server = await scene.server()
    const app = await scene.app([server], { onClientAbort: 'cancel' })
    const client = await scene.client(app)
    client.send(headTo(app, 'POST', ['Content-Length: 8']), 'amount=1')
    await until('the server has the request', () => server.requests.length === 1)
    client.socket.destroy()
    await until('the POST is cancelled', () => server.openSockets === 0)
    await scene.nothingInFlight()
    assert.deepEqual(app.balancer.snapshot().counters, { unknown: 1 })
  }),

  ...(['with content-length', 'chunked'] as const).map((how) =>
    rule(`the caller leaves within a long upload ${how}: the server never sees a complete request`, async (scene) => {
      const server = await scene.server(() => answer(201))
      const app = await scene.app([server])
      const client = await scene.client(app)
      const framing = how === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${uploadBytes}`
      const part = Buffer.alloc(uploadBytes / 2, 'x')
      client.send(
        headTo(app, 'POST', [framing]),
        how === 'chunked' ? Buffer.concat([Buffer.from('7a120\r\n'), part]) : part,
      )
      await until('the request has begun', () => server.begun === 1)
      client.socket.destroy()
      await until("the server's connection is closed", () => server.openSockets === 0)
      await scene.nothingInFlight()
      assert.equal(server.requests.length, 0)
      assert.deepEqual(app.balancer.snapshot().counters, { 'not-executed': 1 })
    }),
  ),

  rule('the caller leaves within a short upload: no server hears of it', async (scene) => {
    const server = await scene.server(() => answer(201))
    const app = await scene.app([server])
    const client = await scene.client(app)
    client.send(headTo(app, 'POST', ['Content-Length: 300', 'Expect: 100-continue']))
    await until('the app has the request', () => client.interim.length === 1)
    client.socket.write('amount=1')
    client.socket.destroy()
    assert.equal((await scene.ask(app, 'POST /payments/charges', { body: 'amount=2' })).status, 201)
    assert.deepEqual(
      server.requests.map((request) => request.body.toString()),
      ['amount=2'],
    )
    assert.equal(server.begun, 1)
  }),

  rule('a caller that leaves with several requests on one connection leaves nothing in flight', async (scene) => {
    const server = await scene.server()
    const app = await scene.app([server])
    const client = await scene.client(app)
    for (let sent = 0; sent < 3; sent += 1) client.send(headTo(app, 'GET'))
    await until('the server has all of them', () => server.requests.length === 3)
    client.socket.destroy()
    await until('all are cancelled', () => server.openSockets === 0)
  }),
]

function headTo(app: MountedAdapter, method: string, fields: readonly string[] = []): string {
  return requestHead(`${method} /payments/charges`, new URL(app.url).host, fields)
}
