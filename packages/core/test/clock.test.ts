import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { systemClock } from '../src/index.ts'

test('now does not go back, and wallTime is the time of day', () => {
  const before = systemClock.now()
  expect(systemClock.now()).toBeGreaterThanOrEqual(before)
  expect(Math.abs(systemClock.wallTime() - Date.now())).toBeLessThan(1_000)
})

test('a sleep lasts as long as it says', async () => {
  const before = systemClock.now()
  await systemClock.sleep(20)
  expect(systemClock.now() - before).toBeGreaterThanOrEqual(19)
})

test('a sleep ends at once when its signal aborts, and leaves nothing behind', async () => {
  const sleeper = new AbortController()
  const slept = systemClock.sleep(60_000, sleeper.signal)
  sleeper.abort()
  await expect(slept).resolves.toBeUndefined()
  await expect(systemClock.sleep(60_000, sleeper.signal)).resolves.toBeUndefined()
  expect(getEventListeners(sleeper.signal, 'abort')).toEqual([])
})

test.each([Infinity, 2 ** 31, 1e12])(
  'a sleep of %d ms, longer than a timer can be, does not end at once',
  async (ms) => {
    const sleeper = new AbortController()
    let isAwake = false
    const slept = systemClock.sleep(ms, sleeper.signal).then(() => (isAwake = true))
    await systemClock.sleep(20)
    expect(isAwake).toBe(false)
    sleeper.abort()
    await slept
  },
)
