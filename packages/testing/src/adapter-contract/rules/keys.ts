import assert from 'node:assert/strict'
import type { AdapterRule } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import { answer } from '../wire/head.ts'

/* A key that two servers could read differently protects nothing. */

const refused: readonly (readonly [string, readonly string[]])[] = [
  ['two keys', ['Idempotency-Key: a', 'Idempotency-Key: b']],
  ['the same key twice', ['Idempotency-Key: a', 'idempotency-key: a']],
  ['an empty key', ['Idempotency-Key:']],
  ['an empty quoted key', ['Idempotency-Key: ""']],
  ['a key of 256 bytes', [`Idempotency-Key: ${'k'.repeat(256)}`]],
  ['a key with a character that is not ASCII', ['Idempotency-Key: caf\u00e9']],
  ['a key with a tab', ['Idempotency-Key: a\tb']],
]

const accepted: readonly string[] = [
  'order-17',
  '"order 17"',
  'k'.repeat(255),
  'a,b',
  '8e03978e-40d5-43dd-bc93-6894a57f9324',
]

/** Rules on idempotency keys. */
export const keys: readonly AdapterRule[] = [
  ...refused.map(([name, fields]) =>
    rule(`${name} is refused with 400 and reaches no server`, async (scene) => {
      const server = await scene.server(() => answer(201))
      const app = await scene.app([server])
      const whole = await scene.ask(app, 'POST /payments/charges', { fields, body: 'amount=1' })
      assert.deepEqual([whole.status, whole.json()['type']], [400, 'urn:paylb:bad-request'])
      assert.equal(whole.value('paylb-outcome'), 'not-executed')
      assert.equal(server.begun, 0)
    }),
  ),

  rule('a key of up to 255 bytes is passed on unchanged, quoted or bare', async (scene) => {
    const server = await scene.server(() => answer(201))
    const app = await scene.app([server])
    for (const key of accepted) {
      const fields = [`Idempotency-Key: ${key}`]
      assert.equal((await scene.ask(app, 'POST /payments/charges', { fields })).status, 201)
      assert.deepEqual(server.requests.at(-1)?.values('idempotency-key'), [key])
    }
  }),

  rule('requireKey refuses unsafe requests without a key, and no others', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server], { requireKey: true })
    assert.equal((await scene.ask(app, 'POST /payments/charges')).status, 400)
    assert.equal((await scene.ask(app, 'DELETE /payments/charges/1')).status, 400)
    assert.equal(server.begun, 0)
    assert.equal((await scene.ask(app, 'GET /payments/charges/1')).status, 200)
    assert.equal((await scene.ask(app, 'POST /payments/charges', { fields: ['Idempotency-Key: a'] })).status, 200)
  }),
]
