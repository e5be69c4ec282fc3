import assert from 'node:assert/strict'
import type { Resolution } from '@paylb/core'
import type { JournalRule } from '../journal-rule.ts'
import { begin, leave, places, refused, rule, stateOf, unsettled, unsettledKeys } from '../scene.ts'

const resolutions: readonly (readonly [Resolution, string])[] = [
  ['succeeded', 'known concluded'],
  ['declined', 'known concluded'],
  ['not-executed', 'fresh'],
]

/** Rules on finding, taking over and resolving payments that were left open. */
export const recovering: readonly JournalRule[] = [
  rule('an open payment can be taken over, by one at a time', async ({ journal }) => {
    await leave(journal, 'a', 'unknown')
    const taken = await journal.takeOver('a')
    assert.ok(taken)
    assert.deepEqual([taken.record.state, taken.record.outcome, taken.record.servers], ['open', 'unknown', ['north']])
    assert.equal(await journal.takeOver('a'), undefined)
    assert.equal(await stateOf(journal, 'a'), 'in-progress')
    assert.equal(await journal.resolve('a', 'succeeded'), false)
    assert.deepEqual(await unsettledKeys(journal), [])
    await journal.settle(taken.claim, 'succeeded')
    assert.equal(await stateOf(journal, 'a'), 'known concluded')
  }),

  rule('whoever takes over and finds nothing out leaves the payment open', async ({ journal }) => {
    await leave(journal, 'a', 'pending')
    for (const outcome of ['unknown', 'not-executed', 'rejected'] as const) {
      const taken = await journal.takeOver('a')
      assert.ok(taken)
      await journal.settle(taken.claim, outcome)
      assert.deepEqual(await unsettledKeys(journal), ['a'])
    }
  }),

  rule('a payment is not taken over if it was claimed since it was seen', async ({ journal }) => {
    await leave(journal, 'a', 'unknown')
    const [seen] = await unsettled(journal)
    await leave(journal, 'a', 'unknown')
    assert.equal(await journal.takeOver('a', seen?.epoch), undefined)
    const [now] = await unsettled(journal)
    assert.ok(await journal.takeOver('a', now?.epoch))
  }),

  rule('a live payment is never taken over, listed or resolved', async (scene) => {
    const { journal } = scene
    const claim = await begin(journal, 'a')
    scene.pass(1_000_000_000)
    assert.equal(await journal.takeOver('a', claim.epoch), undefined)
    assert.equal(await journal.resolve('a', 'not-executed'), false)
    assert.deepEqual(await unsettledKeys(journal), [])
    await journal.dispatching(claim, places.south)
  }),

  rule('what is known of a key can be read, which claims and changes nothing', async ({ journal }) => {
    assert.equal(await journal.find('a'), undefined)
    const claim = await begin(journal, 'a')
    assert.equal((await journal.find('a'))?.state, 'in-flight')
    await journal.dispatching(claim, places.south)
    await journal.settle(claim, 'unknown')
    const found = await journal.find('a')
    assert.deepEqual([found?.state, found?.outcome, found?.servers], ['open', 'unknown', ['north', 'south']])
    assert.deepEqual(await journal.find('a'), found)
    assert.equal(await stateOf(journal, 'a'), 'known open')
  }),

  rule('a concluded or unheard of payment is neither taken over, listed nor resolved', async ({ journal }) => {
    await leave(journal, 'a', 'succeeded')
    for (const key of ['a', 'b']) {
      assert.equal(await journal.takeOver(key), undefined)
      assert.equal(await journal.resolve(key, 'declined'), false)
    }
    assert.deepEqual(await unsettledKeys(journal), [])
  }),

  rule('unsettled payments are listed by how long they were not touched', async (scene) => {
    const { journal } = scene
    await leave(journal, 'old', 'unknown')
    scene.pass(1_000)
    await leave(journal, 'new', 'pending')
    assert.deepEqual(await unsettledKeys(journal), ['new', 'old'])
    assert.deepEqual(await unsettledKeys(journal, 1_000), ['old'])
    assert.deepEqual(await unsettledKeys(journal, 1_001), [])
    await leave(journal, 'old', 'unknown')
    assert.deepEqual(await unsettledKeys(journal, 1), [])
    scene.pass(-5_000)
    assert.deepEqual(await unsettledKeys(journal, 1_000), ['new', 'old'])
  }),

  rule('a thousand unsettled payments are all listed, also while they are being resolved', async ({ journal }) => {
    const keys = Array.from({ length: 1_000 }, (_, index) => `order ${index}`)
    await Promise.all(keys.map((key) => leave(journal, key, 'unknown')))
    const seen: string[] = []
    for await (const { key } of journal.unsettled()) {
      seen.push(key)
      assert.equal(await journal.resolve(key, 'succeeded'), true)
    }
    assert.deepEqual(seen.toSorted(), keys.toSorted())
    assert.deepEqual(await unsettledKeys(journal), [])
  }),

  ...resolutions.map(([outcome, expected]) =>
    rule(`an open payment that a person resolves as ${outcome} is ${expected}`, async ({ journal }) => {
      await leave(journal, 'a', 'unknown')
      assert.equal(await journal.resolve('a', outcome), true)
      assert.equal(await journal.resolve('a', outcome), false)
      assert.deepEqual(await unsettledKeys(journal), [])
      assert.equal(await stateOf(journal, 'a'), expected)
    }),
  ),

  rule('no resolution makes a key that once succeeded free', async ({ journal }) => {
    await leave(journal, 'a', 'succeeded')
    await leave(journal, 'a', 'unknown')
    assert.equal(await journal.resolve('a', 'not-executed'), true)
    assert.equal(await stateOf(journal, 'a', places.abroad), 'known concluded')
  }),

  rule('a lost claim settles nothing', async ({ journal }) => {
    const claim = await begin(journal, 'a')
    await journal.settle(claim, 'unknown')
    const taken = await journal.takeOver('a')
    assert.ok(taken)
    await refused(journal.settle(claim, 'not-executed'), 'conflict')
    await journal.settle(taken.claim, 'unknown')
    assert.deepEqual(await unsettledKeys(journal), ['a'])
  }),
]
