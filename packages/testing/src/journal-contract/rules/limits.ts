import assert from 'node:assert/strict'
import type { JournalRule } from '../journal-rule.ts'
import { begin, leave, payment, places, refused, rule, stateOf, ttlMs, unsettled } from '../scene.ts'

const three = { maxEntries: 3 }

/** Rules on a journal that is full or closed. */
export const limits: readonly JournalRule[] = [
  rule(
    'a full journal refuses a new key and evicts nothing in flight, open or pinned',
    async ({ journal }) => {
      await begin(journal, 'in flight')
      await leave(journal, 'open', 'unknown')
      await leave(journal, 'pinned', 'succeeded')
      for (let again = 0; again < 20; again += 1) await refused(journal.begin(payment('new'), places.north), 'full')
      assert.equal(await stateOf(journal, 'in flight'), 'in-progress')
      assert.equal(await stateOf(journal, 'open'), 'known open')
      assert.equal(await stateOf(journal, 'pinned'), 'known concluded')
    },
    three,
  ),

  rule(
    'a full journal has room again for each payment that leaves it',
    async (scene) => {
      const { journal } = scene
      const claim = await begin(journal, 'in flight')
      await leave(journal, 'open', 'unknown')
      await leave(journal, 'pinned', 'succeeded')
      await journal.settle(claim, 'not-executed')
      await begin(journal, 'new')
      await refused(journal.begin(payment('newer'), places.north), 'full')
      await journal.resolve('open', 'not-executed')
      await begin(journal, 'newer')
      await refused(journal.begin(payment('newest'), places.north), 'full')
      scene.pass(ttlMs)
      await begin(journal, 'newest')
      await refused(journal.begin(payment('last'), places.north), 'full')
    },
    three,
  ),

  rule(
    'however many pins expire, no more than fit are kept',
    async (scene) => {
      const { journal } = scene
      for (let round = 0; round < 20; round += 1) {
        await Promise.all(['a', 'b', 'c'].map((place) => leave(journal, `${place} ${round}`, 'succeeded')))
        scene.pass(ttlMs)
      }
      assert.equal(await stateOf(journal, 'a 0'), 'fresh')
    },
    three,
  ),

  rule('closing is idempotent, and everything else is refused from then on', async ({ journal }) => {
    const claim = await begin(journal, 'a')
    await Promise.all([journal.close(), journal.close()])
    await journal.close()
    await refused(journal.begin(payment('b'), places.north), 'unavailable')
    await refused(journal.dispatching(claim, places.north), 'unavailable')
    await refused(journal.settle(claim, 'succeeded'), 'unavailable')
    await refused(journal.takeOver('a'), 'unavailable')
    await refused(journal.resolve('a', 'succeeded'), 'unavailable')
    await refused(unsettled(journal), 'unavailable')
  }),

  rule('what was asked before closing is still answered', async ({ journal }) => {
    const asked = [journal.begin(payment('a'), places.north), journal.begin(payment('b'), places.north)]
    const closed = journal.close()
    const answers = await Promise.all(asked)
    assert.deepEqual(
      answers.map((begun) => begun.state),
      ['fresh', 'fresh'],
    )
    await closed
  }),
]
