import assert from 'node:assert/strict'
import type { JournalRule } from '../journal-rule.ts'
import { begin, claimOf, leave, payment, places, refused, rule, stateOf, ttlMs, unsettled } from '../scene.ts'

/** Rules on the ledger that a key stays on. */
export const pins: readonly JournalRule[] = [
  ...(['unknown', 'succeeded'] as const).map((outcome) =>
    rule(`after ${outcome}, the key stays on its ledger`, async ({ journal }) => {
      await leave(journal, 'a', outcome)
      const begun = await journal.begin(payment('a'), places.abroad)
      assert.ok('claim' in begun)
      assert.deepEqual([begun.state, begun.isDispatched, begun.record.ledger], ['known', false, 'east-west'])
      assert.deepEqual(begun.record.servers, ['north'])
      await refused(journal.dispatching(begun.claim, places.abroad), 'conflict')
      await journal.dispatching(begun.claim, places.south)
      await journal.settle(begun.claim, 'unknown')
      const [record] = await unsettled(journal)
      assert.deepEqual([record?.ledger, record?.servers], ['east-west', ['north', 'south']])
    }),
  ),

  rule('a known key on the same ledger is dispatched as it is begun', async ({ journal }) => {
    await leave(journal, 'a', 'unknown')
    const begun = await journal.begin(payment('a'), places.south)
    assert.ok('claim' in begun && begun.isDispatched)
    assert.deepEqual(begun.record.servers, ['north', 'south'])
  }),

  rule('a fresh payment that provably reached nobody takes its pin along', async ({ journal }) => {
    const claim = await begin(journal, 'a', places.north)
    await journal.dispatching(claim, places.abroad)
    await journal.settle(claim, 'unknown')
    const [record] = await unsettled(journal)
    assert.deepEqual([record?.ledger, record?.servers], ['abroad', ['north', 'abroad']])
  }),

  rule('each server stands once, in the order of its first dispatch', async ({ journal }) => {
    const claim = await begin(journal, 'a', places.south)
    for (const place of [places.north, places.south, places.north]) await journal.dispatching(claim, place)
    await journal.settle(claim, 'pending')
    const [record] = await unsettled(journal)
    assert.deepEqual([record?.servers, record?.outcome], [['south', 'north'], 'pending'])
  }),

  rule('a pin lasts to the end of its time to live, counted from the first dispatch, and no longer', async (scene) => {
    const { journal } = scene
    const claim = await begin(journal, 'a')
    scene.pass(ttlMs / 2)
    await journal.dispatching(claim, places.south)
    await journal.settle(claim, 'succeeded')
    scene.pass(ttlMs / 2 - 1)
    await journal.settle(claimOf(await journal.begin(payment('a'), places.abroad)), 'not-executed')
    scene.pass(1)
    assert.equal(await stateOf(journal, 'a', places.abroad), 'fresh')
  }),

  rule('a pin holds while the wall clock is behind its dispatch', async (scene) => {
    await leave(scene.journal, 'a', 'succeeded')
    scene.pass(-100 * ttlMs)
    assert.equal(await stateOf(scene.journal, 'a', places.abroad), 'known concluded')
  }),

  rule('an open payment never becomes fresh, however the wall clock jumps', async (scene) => {
    const { journal } = scene
    await leave(journal, 'a', 'unknown')
    for (const jump of [100 * ttlMs, -1_000 * ttlMs, 2_000 * ttlMs]) {
      scene.pass(jump)
      const begun = await journal.begin(payment('a'), places.abroad)
      assert.ok('claim' in begun)
      assert.deepEqual([begun.state, begun.record.state, begun.record.ledger], ['known', 'open', 'east-west'])
      await journal.settle(begun.claim, 'not-executed')
    }
  }),

  rule('a payment in flight never expires', async (scene) => {
    const claim = await begin(scene.journal, 'a')
    scene.pass(100 * ttlMs)
    assert.equal(await stateOf(scene.journal, 'a'), 'in-progress')
    await scene.journal.settle(claim, 'not-executed')
    assert.equal(await stateOf(scene.journal, 'a'), 'fresh')
  }),

  rule('a key that became fresh again has a pin and a time of its own', async (scene) => {
    const { journal } = scene
    await leave(journal, 'a', 'succeeded')
    scene.pass(ttlMs)
    await leave(journal, 'a', 'succeeded', places.abroad)
    scene.pass(ttlMs - 1)
    const begun = await journal.begin(payment('a'), places.abroad)
    assert.deepEqual([begun.state, begun.record.ledger, begun.record.servers], ['known', 'abroad', ['abroad']])
  }),
]
