import assert from 'node:assert/strict'
import type { AdapterRule } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import { answer } from '../wire/head.ts'

/* A parser that stands before paylb has taken the bytes. Guessing them back would break signatures, and keys with them. */

const json = { fields: ['Content-Type: application/json'], body: '{ "amount":  1 }' }

/** Rules on body parsers before paylb. */
export const bodyParsers: readonly AdapterRule[] = [
  rule('a body that was read before paylb is refused with an error that says how to mount', async (scene) => {
    const server = await scene.server(() => answer(201))
    const app = await scene.app([server], {}, { parser: 'drops-raw-bytes' })
    const whole = await scene.ask(app, 'POST /payments/charges', json)
    assert.equal(whole.status, 500)
    assert.match(String(whole.json()['detail']), /mount paylb before body parsers/u)
    assert.equal(whole.value('paylb-outcome'), 'not-executed')
    assert.equal(server.begun, 0)
  }),

  rule('a body whose raw bytes a parser kept reaches the server byte for byte', async (scene) => {
    const server = await scene.server(() => answer(201))
    const app = await scene.app([server], {}, { parser: 'keeps-raw-bytes' })
    assert.equal((await scene.ask(app, 'POST /payments/charges', json)).status, 201)
    assert.equal(server.requests[0]?.body.toString(), json.body)
  }),

  rule('a parser before paylb does not stand in the way of requests without a body', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server], {}, { parser: 'drops-raw-bytes' })
    assert.equal((await scene.ask(app, 'GET /payments/x')).status, 200)
    assert.equal((await scene.ask(app, 'POST /payments/x', { ...json, body: '' })).status, 200)
  }),
]
