import assert from 'node:assert/strict'
import type { JournalRule } from '../journal-rule.ts'
import { begin, leave, payment, places, refused, sharedRule, stateOf, unsettled, unsettledKeys } from '../scene.ts'

/** Rules for journals that several processes share. */
export const processes: readonly JournalRule[] = [
  sharedRule('a key in flight in one is in progress in the other', async ({ journal }, { another }) => {
    const other = await another()
    await begin(journal, 'a')
    assert.equal(await stateOf(other, 'a'), 'in-progress')
    assert.equal(await other.takeOver('a'), undefined)
    assert.equal(await other.resolve('a', 'not-executed'), false)
    assert.deepEqual(await unsettledKeys(other), [])
  }),

  sharedRule('a live one keeps what it has in flight, however long', async ({ journal }, { another, stayAlive }) => {
    const other = await another()
    const claim = await begin(journal, 'a')
    await stayAlive()
    assert.equal(await other.takeOver('a'), undefined)
    assert.equal(await stateOf(other, 'a'), 'in-progress')
    assert.deepEqual(await unsettledKeys(other), [])
    await journal.settle(claim, 'succeeded')
  }),

  sharedRule(
    'of many that begin the same keys at once, one is fresh for each key',
    async ({ journal }, { another }) => {
      const journals = [journal, await another(), await another()]
      const keys = Array.from({ length: 100 }, (_, index) => `order ${index}`)
      const asked = keys.flatMap((key) => journals.map((one) => one.begin(payment(key), places.north)))
      const states = (await Promise.all(asked)).map((begun) => begun.state)
      assert.equal(states.filter((state) => state === 'fresh').length, keys.length)
      assert.equal(states.filter((state) => state === 'in-progress').length, 2 * keys.length)
    },
  ),

  sharedRule('pins and open payments of one bind the other', async ({ journal }, { another }) => {
    const other = await another()
    await leave(journal, 'open', 'unknown')
    await leave(journal, 'pinned', 'succeeded')
    for (const key of ['open', 'pinned']) {
      const begun = await other.begin(payment(key), places.abroad)
      assert.deepEqual([begun.state, begun.record.ledger], ['known', 'east-west'])
    }
  }),

  sharedRule('the payments of a dead one are found, and open', async ({ journal }, { another, fallSilent }) => {
    const other = await another()
    await begin(journal, 'a')
    await begin(journal, 'b')
    await fallSilent(journal)
    assert.deepEqual(await unsettledKeys(other), ['a', 'b'])
    const [record] = await unsettled(other)
    assert.equal(record?.state, 'in-flight')
    const taken = await other.takeOver('a', record?.epoch)
    assert.ok(taken)
    await other.settle(taken.claim, 'not-executed')
    assert.deepEqual(await unsettledKeys(other), ['a', 'b'])
    assert.equal(await stateOf(other, 'b', places.abroad), 'known open')
  }),

  sharedRule(
    'whoever was taken for dead and comes back has lost what was taken over, and nothing else',
    async ({ journal }, { another, fallSilent }) => {
      const other = await another()
      const [lost, begunAnew, kept] = [await begin(journal, 'a'), await begin(journal, 'b'), await begin(journal, 'c')]
      await fallSilent(journal)
      assert.ok(await other.takeOver('a'))
      assert.equal(await stateOf(other, 'b'), 'known open')
      for (const claim of [lost, begunAnew]) {
        await refused(journal.dispatching(claim, places.south), 'conflict')
        await refused(journal.settle(claim, 'succeeded'), 'conflict')
      }
      assert.equal(await other.takeOver('c'), undefined)
      await journal.dispatching(kept, places.south)
      await journal.settle(kept, 'succeeded')
      assert.equal(await stateOf(other, 'c'), 'known concluded')
    },
  ),

  sharedRule('what a closed one had in flight is found at once', async ({ journal }, { another }) => {
    const other = await another()
    await begin(journal, 'a')
    await journal.close()
    assert.deepEqual(await unsettledKeys(other), ['a'])
    assert.ok(await other.takeOver('a'))
  }),

  sharedRule('all use one secret', async ({ journal }, { another }) => {
    const other = await another()
    assert.ok(journal.secret)
    assert.deepEqual(other.secret, journal.secret)
  }),
]
