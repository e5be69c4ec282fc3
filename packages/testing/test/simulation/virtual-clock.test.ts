import { virtualClock } from '@paylb/testing'
import { expect, test } from 'vitest'

test('it stands still until it is moved', async () => {
  const clock = virtualClock({ wallTimeMs: 1_000 })
  expect([clock.now(), clock.wallTime()]).toEqual([0, 1_000])
  await clock.advanceBy(500)
  expect([clock.now(), clock.wallTime()]).toEqual([500, 1_500])
})

test('sleepers wake at their time and in order, and may sleep again on the way', async () => {
  const clock = virtualClock()
  const woken: string[] = []
  const sleeper = async (name: string, ...naps: number[]): Promise<void> => {
    for (const ms of naps) {
      await clock.sleep(ms)
      woken.push(`${name} at ${clock.now()}`)
    }
  }
  const all = [sleeper('a', 30), sleeper('b', 10, 10, 10), sleeper('c', 0), sleeper('late', 31)]
  await clock.advanceBy(30)
  expect(woken).toEqual(['c at 0', 'b at 10', 'b at 20', 'a at 30', 'b at 30'])
  await clock.advanceBy(1)
  await Promise.all(all)
})

test('an aborted sleeper wakes at once, and one that is aborted already does not sleep', async () => {
  const clock = virtualClock()
  const controller = new AbortController()
  const asleep = clock.sleep(1_000, controller.signal)
  controller.abort()
  await asleep
  await clock.sleep(1_000, controller.signal)
  expect(clock.now()).toBe(0)
})

test('steps go from event to event; of two at the same time, the one that was scheduled first comes first', () => {
  const clock = virtualClock()
  const seen: string[] = []
  for (const [name, atMs] of [
    ['c', 7],
    ['a', 5],
    ['b', 5],
    ['past', -1],
    ['nonsense', Number.NaN],
  ] as const) {
    clock.schedule(atMs, () => seen.push(`${name} at ${clock.now()}`))
  }
  while (clock.step());
  expect(seen).toEqual(['past at 0', 'nonsense at 0', 'a at 5', 'b at 5', 'c at 7'])
  expect(clock.step()).toBe(false)
})

test('ten thousand events in any order come in order of time', () => {
  const clock = virtualClock()
  const times: number[] = []
  for (let index = 0; index < 10_000; index += 1)
    clock.schedule((index * 7_919) % 10_007, () => times.push(clock.now()))
  while (clock.step());
  expect(times).toEqual(times.toSorted((one, other) => one - other))
  expect(times).toHaveLength(10_000)
})
