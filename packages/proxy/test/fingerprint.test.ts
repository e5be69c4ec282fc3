import * as crypto from 'node:crypto'
import { expect, test } from 'vitest'
import { memoryJournal } from '@paylb/core'
import type { Journal, PaymentIntent } from '@paylb/core'
import { fingerprintOf } from '@paylb/core/doors'
import { paylb } from '../src/index.ts'
import { serve } from './support/serve.ts'

/* The same vector stands in the tests of the axios adapter: both ways into a balancer must agree on what a request is. */

const secret = Buffer.from('a secret of thirty-two bytes....')
const request = { method: 'POST', target: '/charges?capture=no', body: Buffer.from('{"amount":1000}') }

test('a fingerprint is an HMAC over method, path with query, and body', () => {
  expect(fingerprintOf(request, secret, crypto)).toMatchObject({
    value: 'YrcH5AesMZt2EYqS9WNUW6w_TzvZW-spRy_57wn-VqQ',
    isPartial: false,
  })
})

test.each([
  ['another method', { ...request, method: 'PUT' }],
  ['another path', { ...request, target: '/refunds?capture=no' }],
  ['another query', { ...request, target: '/charges' }],
  ['another body', { ...request, body: Buffer.from('{"amount":1001}') }],
  ['no body', { ...request, body: undefined }],
  [
    'a body that continues the path',
    { method: 'POST', target: '/charges', body: Buffer.from('?capture=no{"amount":1000}') },
  ],
])('%s gives another one', (_, other) => {
  expect(fingerprintOf(other, secret, crypto).value).not.toBe(fingerprintOf(request, secret, crypto).value)
})

test('another secret gives another one', () => {
  expect(fingerprintOf(request, Buffer.alloc(32), crypto).value).not.toBe(fingerprintOf(request, secret, crypto).value)
})

test('a body that is not whole in memory makes it partial', () => {
  expect(fingerprintOf({ ...request, body: { chunks: [] } }, secret, crypto)).toMatchObject({ isPartial: true })
})

test('without a secret it holds within this process', () => {
  expect(fingerprintOf(request, undefined, crypto).value).toBe(fingerprintOf(request, undefined, crypto).value)
  expect(fingerprintOf(request, undefined, crypto).value).not.toBe(
    fingerprintOf(request, Buffer.alloc(0), crypto).value,
  )
})

test.each([
  ['short', '{"amount":1000}', false],
  ['longer than maxReplayBytes', 'x'.repeat(101), true],
])('the journal is told what the server sees, with its own secret: a body that is %s', async (_, body, isPartial) => {
  const intents: PaymentIntent[] = []
  const inMemory = memoryJournal()
  const journal: Journal = {
    secret,
    begin: (intent, first) => {
      intents.push(intent)
      return inMemory.begin(intent, first)
    },
    dispatching: (claim, dispatch) => inMemory.dispatching(claim, dispatch),
    settle: (claim, outcome) => inMemory.settle(claim, outcome),
    takeOver: (key, epoch) => inMemory.takeOver(key, epoch),
    resolve: (key, outcome) => inMemory.resolve(key, outcome),
    find: (key) => inMemory.find(key),
    unsettled: () => inMemory.unsettled(),
    close: () => inMemory.close(),
  }
  const server = await serve((_request, response) => response.end())
  const handler = paylb({
    servers: [server],
    ledger: 'shared',
    journal,
    maxReplayBytes: 100,
    pathRewrite: { '^/payments': '' },
    keyScope: () => 'shop',
  })
  const app = await serve(handler)
  await fetch(`${app}/payments/charges?capture=no`, {
    method: 'POST',
    body,
    headers: { 'idempotency-key': 'order-17' },
  })
  await handler.close()
  const { value } = fingerprintOf({ ...request, body: isPartial ? {} : Buffer.from(body) }, secret, crypto)
  expect(intents).toEqual([
    {
      key: '\u0000shop\u0000order-17',
      method: 'POST',
      target: '/charges',
      fingerprint: value,
      isPartialFingerprint: isPartial,
      keepsPin: false,
    },
  ])
})
