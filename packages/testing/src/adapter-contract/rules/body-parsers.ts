import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { AdapterRule } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import type { Ask } from '../scene.ts'
import { answer } from '../wire/head.ts'
import type { Message } from '../wire/message.ts'

/* A parser that stands before paylb has taken the bytes. What is signed must arrive as it came, or not at all. */

const json: Ask = { fields: ['Content-Type: application/json'], body: '{ "amount":  1 }' }

async function forgets(request: IncomingMessage): Promise<void> {
  await buffer(request)
}

async function keepsRawBytes(request: IncomingMessage): Promise<void> {
  Object.assign(request, { rawBody: await buffer(request) })
}

function understands(body: unknown): (request: IncomingMessage) => Promise<void> {
  return async (request) => {
    await buffer(request)
    Object.assign(request, { body })
  }
}

function form(body: string): Ask {
  return { fields: ['Content-Type: application/x-www-form-urlencoded'], body }
}

const writtenAnew: readonly (readonly [what: string, ask: Ask, parsed: unknown, arrives: string])[] = [
  ['JSON', json, { amount: 1 }, '{"amount":1}'],
  ['JSON of a media type of its own', { ...json, fields: ['Content-Type: application/pay+json; v=1'] }, [1], '[1]'],
  ['a form', form('amount=1&note=a%20b'), { amount: '1', note: 'a b' }, 'amount=1&note=a+b'],
  ['a form with a name that comes twice', form('a=1&a=2'), { a: ['1', '2'] }, 'a=1&a=2'],
]

const notWrittenAnew: readonly (readonly [what: string, ask: Ask, parsed: unknown, why: RegExp])[] = [
  ['a body that nothing is left of', json, undefined, /mount paylb before body parsers/u],
  [
    'a signed body',
    { ...json, fields: ['Content-Type: application/json', 'X-Pay-Signature: 7f3a'] },
    { amount: 1 },
    /X-Pay-Signature was made over its bytes/u,
  ],
  [
    'a body with a digest',
    { ...json, fields: ['Content-Type: application/json', 'Content-Digest: sha-256=:x:'] },
    { amount: 1 },
    /Content-Digest was made over its bytes/u,
  ],
  [
    'a compressed body',
    { ...json, fields: ['Content-Type: application/json', 'Content-Encoding: gzip'] },
    { amount: 1 },
    /it was compressed/u,
  ],
  ['a form with a structure', form('a[b]=1'), { a: { b: '1' } }, /mount paylb before body parsers/u],
  ['a body of an unknown kind', { ...json, fields: ['Content-Type: text/csv'] }, { amount: 1 }, /mount paylb before/u],
]

function refusedBecause(whole: Message, why: RegExp): void {
  assert.equal(whole.status, 500)
  assert.match(String(whole.json()['detail']), why)
  assert.equal(whole.value('paylb-outcome'), 'not-executed')
}

/** Rules on body parsers before paylb. */
export const bodyParsers: readonly AdapterRule[] = [
  rule('a body whose raw bytes a parser kept reaches the server byte for byte', async (scene) => {
    const server = await scene.server(() => answer(201))
    const app = await scene.app([server], {}, { parser: keepsRawBytes })
    assert.equal((await scene.ask(app, 'POST /payments/charges', json)).status, 201)
    assert.equal(server.requests[0]?.body.toString(), json.body)
  }),

  ...writtenAnew.map(([what, ask, parsed, arrives]) =>
    rule(`${what} that a parser has read is written anew`, async (scene) => {
      const server = await scene.server(() => answer(201))
      const app = await scene.app([server], {}, { parser: understands(parsed) })
      assert.equal((await scene.ask(app, 'POST /payments/charges', ask)).status, 201)
      assert.equal(server.requests[0]?.body.toString(), arrives)
      assert.deepEqual(server.requests[0]?.values('content-length'), [String(arrives.length)])
    }),
  ),

  ...notWrittenAnew.map(([what, ask, parsed, why]) =>
    rule(`${what} that a parser has read is refused, with an error that says how to mount`, async (scene) => {
      const server = await scene.server(() => answer(201))
      const app = await scene.app([server], {}, { parser: parsed === undefined ? forgets : understands(parsed) })
      refusedBecause(await scene.ask(app, 'POST /payments/charges', ask), why)
      assert.equal(server.begun, 0)
    }),
  ),

  rule('a parser before paylb does not stand in the way of requests without a body', async (scene) => {
    const server = await scene.server(() => answer(200))
    const app = await scene.app([server], {}, { parser: forgets })
    assert.equal((await scene.ask(app, 'GET /payments/x')).status, 200)
    assert.equal((await scene.ask(app, 'POST /payments/x', { ...json, body: '' })).status, 200)
  }),
]
