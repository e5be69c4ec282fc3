import assert from 'node:assert/strict'
import type { Journal, PaymentOutcome } from '@paylb/core'
import type { JournalRule } from '../journal-rule.ts'
import { begin, leave, payment, places, refused, rule, stateOf, unsettledKeys } from '../scene.ts'

const all: readonly PaymentOutcome[] = ['succeeded', 'declined', 'rejected', 'not-executed', 'pending', 'unknown']

/* How a key stands after an earlier request was settled with the first, and a later one with the second. */
const afterTwo: readonly (readonly [PaymentOutcome, PaymentOutcome, string])[] = [
  ...all.map((later) => ['not-executed', later, afterOne(later)] as const),
  ...(['unknown', 'pending'] as const).flatMap((open) =>
    all.map((later) => {
      const closes = later === 'succeeded' || later === 'declined'
      return [open, later, closes ? `known concluded ${later}` : 'known open'] as const
    }),
  ),
  ['succeeded', 'not-executed', 'known concluded succeeded'],
  ['succeeded', 'rejected', 'known concluded succeeded'],
  ['succeeded', 'declined', 'known concluded succeeded'],
  ['succeeded', 'unknown', 'known open'],
  ['declined', 'rejected', 'known concluded declined'],
  ['declined', 'succeeded', 'known concluded succeeded'],
  ['rejected', 'not-executed', 'known concluded rejected'],
  ['rejected', 'declined', 'known concluded declined'],
]

function afterOne(outcome: PaymentOutcome): string {
  if (outcome === 'not-executed') return 'fresh'
  return outcome === 'unknown' || outcome === 'pending' ? 'known open' : `known concluded ${outcome}`
}

async function standing(journal: Journal): Promise<string> {
  const begun = await journal.begin(payment('a'), places.north)
  const { state, conclusion } = begun.record
  if (begun.state !== 'known') return begun.state
  return state === 'concluded' ? `known concluded ${conclusion}` : `known ${state}`
}

/** Rules on what a settle leaves behind. */
export const settling: readonly JournalRule[] = [
  ...all.map((outcome) =>
    rule(`a payment settled as ${outcome} is then ${afterOne(outcome)}`, async ({ journal }) => {
      await leave(journal, 'a', outcome)
      assert.equal(await standing(journal), afterOne(outcome))
    }),
  ),

  ...afterTwo.map(([earlier, later, expected]) =>
    rule(`${later} after ${earlier} is ${expected}`, async ({ journal }) => {
      await leave(journal, 'a', earlier)
      await leave(journal, 'a', later)
      assert.equal(await standing(journal), expected)
    }),
  ),

  ...(['succeeded', 'declined', 'rejected'] as const).map((outcome) =>
    rule(
      `without pins, a payment settled as ${outcome} is forgotten`,
      async ({ journal }) => {
        await leave(journal, 'a', outcome)
        assert.equal(await stateOf(journal, 'a', places.abroad), 'fresh')
      },
      { keepsPins: false },
    ),
  ),

  rule(
    'without pins, an open payment stays',
    async ({ journal }) => {
      await leave(journal, 'a', 'unknown')
      assert.equal(await stateOf(journal, 'a', places.abroad), 'known open')
    },
    { keepsPins: false },
  ),

  rule('an intent says for itself whether it keeps its pin, and one that does outweighs', async ({ journal }) => {
    for (const [earlier, later, expected] of [
      [false, false, 'fresh'],
      [false, true, 'known concluded'],
      [true, false, 'known concluded'],
    ] as const) {
      const key = `${earlier} ${later}`
      for (const [keepsPin, outcome] of [
        [earlier, 'unknown'],
        [later, 'succeeded'],
      ] as const) {
        const begun = await journal.begin(payment(key, { keepsPin }), places.north)
        assert.ok('claim' in begun)
        await journal.settle(begun.claim, outcome)
      }
      assert.equal(await stateOf(journal, key), expected, key)
    }
  }),

  rule('a claim can be settled once', async ({ journal }) => {
    for (const outcome of all) {
      const claim = await begin(journal, outcome)
      await journal.settle(claim, outcome)
      await refused(journal.settle(claim, 'succeeded'), 'conflict')
      await refused(journal.dispatching(claim, places.north), 'conflict')
    }
    assert.deepEqual(await unsettledKeys(journal), ['pending', 'unknown'])
  }),

  rule('a claim never fits a later payment of the same key', async ({ journal }) => {
    const first = await begin(journal, 'a')
    await journal.settle(first, 'not-executed')
    const second = await begin(journal, 'a')
    assert.ok(second.epoch > first.epoch)
    await refused(journal.settle(first, 'not-executed'), 'conflict')
    await refused(journal.dispatching(first, places.north), 'conflict')
    await journal.dispatching(second, places.south)
  }),

  rule('what was never begun can neither be dispatched nor settled', async ({ journal }) => {
    await refused(journal.dispatching({ key: 'a', epoch: 1 }, places.north), 'conflict')
    await refused(journal.settle({ key: 'a', epoch: 1 }, 'succeeded'), 'conflict')
    assert.equal(await stateOf(journal, 'a'), 'fresh')
  }),

  rule('a settle that was not waited for still comes before the next begin', async ({ journal }) => {
    const settled = journal.settle(await begin(journal, 'a'), 'not-executed')
    assert.equal(await stateOf(journal, 'a'), 'fresh')
    await settled
  }),
]
