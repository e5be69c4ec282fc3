import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PinQueue } from '../../src/payments/pin-queue.ts'

/** Takes everything out that was dispatched before `until`, in the order in which it comes. */
function taken(queue: PinQueue, until: (key: string) => boolean): readonly string[] {
  const keys: string[] = []
  for (let before = -1; before !== keys.length;) {
    before = keys.length
    queue.prune((key) => (until(key) ? (keys.push(key), 'gone') : 'keep'))
  }
  return keys
}

test('pins come out in the order of their dispatch, up to the first that is kept, whatever order they came in', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(), { maxLength: 200 }), fc.nat(), (times, until) => {
      const queue = new PinQueue()
      for (const time of times) queue.add(String(time), time)
      const expired = times.filter((time) => time < until).toSorted((one, other) => one - other)
      expect(taken(queue, (key) => Number(key) < until).map(Number)).toEqual(expired)
    }),
  )
})

test('a key that is added twice comes out once, with its last time', () => {
  const queue = new PinQueue()
  queue.add('a', 1)
  queue.add('a', 1)
  queue.add('b', 2)
  queue.add('a', 3)
  expect(taken(queue, () => true)).toEqual(['b', 'a'])
  expect(taken(queue, () => true)).toEqual([])
})
