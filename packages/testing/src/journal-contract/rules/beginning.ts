import assert from 'node:assert/strict'
import type { PaymentIntent } from '@paylb/core'
import type { JournalRule } from '../journal-rule.ts'
import { begin, claimOf, leave, payment, places, rule, stateOf } from '../scene.ts'

const incomparable: readonly (readonly [string, Partial<PaymentIntent>, Partial<PaymentIntent>])[] = [
  ['no fingerprint before', {}, { fingerprint: 'b' }],
  ['no fingerprint after', { fingerprint: 'a' }, {}],
  ['a partial one before', { fingerprint: 'a', isPartialFingerprint: true }, { fingerprint: 'b' }],
  ['a partial one after', { fingerprint: 'a' }, { fingerprint: 'b', isPartialFingerprint: true }],
]

/** Rules on what `begin` answers. */
export const beginning: readonly JournalRule[] = [
  rule('a new key is fresh, and its first dispatch is written', async (scene) => {
    const { journal } = scene
    const intent = payment('a', { fingerprint: 'f' })
    const begun = await journal.begin(intent, places.north)
    assert.ok('claim' in begun)
    const { owner, epoch, startedAt, ...record } = begun.record
    assert.deepEqual([begun.state, begun.isDispatched, begun.claim], ['fresh', true, { key: 'a', epoch }])
    assert.equal(typeof owner, 'string')
    assert.deepEqual(record, {
      key: 'a',
      fingerprint: 'f',
      isPartialFingerprint: false,
      method: 'POST',
      target: '/charges',
      ledger: 'east-west',
      servers: ['north'],
      state: 'in-flight',
      outcome: undefined,
      hasOpenAttempt: false,
      conclusion: undefined,
      keepsPin: true,
      firstDispatchedAt: startedAt,
      updatedAt: startedAt,
    })
    assert.equal(startedAt, scene.wallTime())
  }),

  rule('a key in flight is in progress, and stays the first request of its own', async ({ journal }) => {
    const claim = await begin(journal, 'a')
    assert.equal(await stateOf(journal, 'a', places.abroad), 'in-progress')
    await journal.dispatching(claim, places.south)
    await journal.settle(claim, 'succeeded')
    assert.equal(await stateOf(journal, 'a'), 'known concluded')
  }),

  rule('of 1 000 that begin one key at once, exactly one is fresh', async ({ journal }) => {
    const all = await Promise.all(Array.from({ length: 1_000 }, () => journal.begin(payment('a'), places.north)))
    const states = all.map((begun) => begun.state)
    assert.equal(states.filter((state) => state === 'fresh').length, 1)
    assert.equal(states.filter((state) => state === 'in-progress').length, 999)
  }),

  ...(['in flight', 'open', 'concluded'] as const).map((name) =>
    rule(`a key that is ${name} is not given to another request`, async ({ journal }) => {
      const claim = claimOf(await journal.begin(payment('a', { fingerprint: 'one' }), places.north))
      if (name !== 'in flight') await journal.settle(claim, name === 'open' ? 'unknown' : 'succeeded')
      const reused = await journal.begin(payment('a', { fingerprint: 'other' }), places.north)
      assert.deepEqual([reused.state, reused.record.fingerprint], ['key-reused', 'one'])
      const again = await journal.begin(payment('a', { fingerprint: 'one' }), places.north)
      assert.equal(again.state, name === 'in flight' ? 'in-progress' : 'known')
    }),
  ),

  ...incomparable.map(([name, before, after]) =>
    rule(`${name} never makes a key reused`, async ({ journal }) => {
      await journal.settle(claimOf(await journal.begin(payment('a', before), places.north)), 'unknown')
      assert.equal((await journal.begin(payment('a', after), places.north)).state, 'known')
    }),
  ),

  rule('keys are told apart to the last character, whatever they hold', async ({ journal }) => {
    const long = 'x'.repeat(254)
    const keys = [
      'a',
      'A',
      'a ',
      ' a',
      'é',
      'e\u0301',
      '"a"',
      "a'--",
      '%',
      '\0',
      'a\0',
      'a\0b',
      '\ud800',
      '\udc00',
      '😀',
    ]
    for (const key of [...keys, `${long}1`, `${long}2`, '"\\u0000"', '__proto__']) {
      assert.equal(await stateOf(journal, key), 'fresh', JSON.stringify(key))
      assert.equal(await stateOf(journal, key), 'in-progress', JSON.stringify(key))
    }
  }),

  rule('a payment whose servers do not deduplicate is pinned to no ledger', async ({ journal }) => {
    await leave(journal, 'a', 'unknown', places.nowhere)
    const begun = await journal.begin(payment('a'), places.nowhere)
    assert.deepEqual([begun.state, begun.record.ledger], ['known', undefined])
    assert.ok('isDispatched' in begun && begun.isDispatched)
  }),
]
