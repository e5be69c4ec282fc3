import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Alarm } from '../src/alarm.ts'
import { Deadline } from '../src/deadline.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

interface Named {
  readonly name: string
  readonly deadline: Deadline
}

function deadlines(names: string, over: string[], alarm: Alarm = new Alarm()): Named[] {
  return Array.from(names, (name) => ({
    name,
    deadline: new Deadline({ onDeadline: () => over.push(`${name} ${performance.now()}`) }, alarm),
  }))
}

function setAll(those: readonly Named[], ...dueAt: number[]): void {
  those.forEach(({ deadline }, index) => deadline.set(dueAt[index] ?? 0))
}

describe('deadlines of one alarm', () => {
  test('pass when they are due, in whatever order they were set', () => {
    const over: string[] = []
    setAll(deadlines('abc', over), 30, 10, 20)
    vi.advanceTimersByTime(100)
    expect(over.map((one) => one.slice(0, 1))).toEqual(['b', 'c', 'a'])
  })

  test('share one timer', () => {
    setAll(deadlines('abcd', []), 40, 30, 20, 10)
    expect(vi.getTimerCount()).toBe(1)
  })

  test('that move later are not over when they would have been', () => {
    const over: string[] = []
    const those = deadlines('ab', over)
    setAll(those, 10, 20)
    those[0]?.deadline.set(1_000)
    vi.advanceTimersByTime(999)
    expect(over.map((one) => one.slice(0, 1))).toEqual(['b'])
    vi.advanceTimersByTime(2)
    expect(over).toHaveLength(2)
  })

  test('that are cleared are never over, wherever they stand, and those beside them are', () => {
    for (const cleared of ['a', 'b', 'c', 'ab', 'bc', 'ac']) {
      const over: string[] = []
      const those = deadlines('abc', over)
      const now = performance.now()
      setAll(those, now + 10, now + 20, now + 30)
      for (const { name, deadline } of those) if (cleared.includes(name)) deadline.clear()
      vi.advanceTimersByTime(50)
      const left = those.filter(({ name }) => !cleared.includes(name))
      expect(over.map((one) => one.slice(0, 1))).toEqual(left.map(({ name }) => name))
    }
  })

  test('are not over when somebody moves them in the turn of the event loop after they have passed', () => {
    const over: string[] = []
    const [one] = deadlines('a', over)
    one?.deadline.set(10)
    vi.advanceTimersToNextTimer() // goes off
    one?.deadline.set(performance.now() + 10)
    vi.advanceTimersToNextTimer() // the turn after
    expect(over).toEqual([])
    vi.advanceTimersByTime(20)
    expect(over).toHaveLength(1)
  })

  test('are over once, and may be set again', () => {
    const over: string[] = []
    const [one] = deadlines('a', over)
    one?.deadline.set(10)
    vi.advanceTimersByTime(100)
    expect(over).toHaveLength(1)
    one?.deadline.set(performance.now() + 10)
    vi.advanceTimersByTime(100)
    expect(over).toHaveLength(2)
  })

  test('further away than a timer reaches wait all the same', () => {
    const over: string[] = []
    setAll(deadlines('a', over), 2 ** 31 + 1_000)
    vi.advanceTimersByTime(2 ** 31 - 1)
    expect(over).toEqual([])
    vi.advanceTimersByTime(1_002)
    expect(over).toHaveLength(1)
  })

  test('pass as a model of them says, however they are moved', () => {
    const step = fc.oneof(
      fc.record({ what: fc.constant('set' as const), which: fc.nat(4), ms: fc.integer({ min: 1, max: 60 }) }),
      fc.record({ what: fc.constant('clear' as const), which: fc.nat(4), ms: fc.constant(0) }),
      fc.record({ what: fc.constant('wait' as const), which: fc.constant(0), ms: fc.integer({ min: 1, max: 40 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const over: string[] = []
        const expected: string[] = []
        const those = deadlines('abcde', over)
        const due = new Map<string, number>()
        /* The turn of the event loop after a timer takes a millisecond of this clock. */
        const wait = (ms: number): void => {
          const untilAt = performance.now() + ms
          const passing = [...due].filter(([, at]) => at < untilAt).toSorted(([, one], [, other]) => one - other)
          for (const [name] of passing) {
            due.delete(name)
            expected.push(name)
          }
          vi.advanceTimersByTime(ms)
        }
        for (const { what, which, ms } of steps) {
          const one = those[which]
          if (what === 'wait') wait(ms)
          else if (what === 'clear') due.delete(one?.name ?? '')
          else due.set(one?.name ?? '', performance.now() + ms)
          if (what === 'clear') one?.deadline.clear()
          if (what === 'set') one?.deadline.set(performance.now() + ms)
        }
        wait(1_000)
        expect(over.map((one) => one.slice(0, 1)).toSorted()).toEqual(expected.toSorted())
        expect(vi.getTimerCount()).toBe(0)
      }),
      { seed: 29, numRuns: 300 },
    )
  })
})

/* Those that keep the process alive. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
}

describe('an alarm', () => {
  test('keeps the process alive as long as something is waited for', () => {
    vi.useRealTimers()
    const before = timers()
    const [one, other] = deadlines('ab', [])
    one?.deadline.set(performance.now() + 10_000)
    other?.deadline.set(performance.now() + 10_000)
    expect(timers()).toBe(before + 1)
    one?.deadline.clear()
    expect(timers()).toBe(before + 1)
    other?.deadline.clear()
    expect(timers()).toBe(before)
    one?.deadline.set(performance.now() + 20_000)
    expect(timers()).toBe(before + 1)
    one?.deadline.clear()
    expect(timers()).toBe(before)
  })

  test('in the background keeps nothing alive', () => {
    vi.useRealTimers()
    const before = timers()
    const alarm = new Alarm(true)
    setAll(deadlines('ab', [], alarm), performance.now() + 10_000, performance.now() + 20_000)
    expect(timers()).toBe(before)
    alarm.stop()
  })

  test('leaves no timer when it is stopped', () => {
    const alarm = new Alarm()
    const [one] = deadlines('a', [], alarm)
    one?.deadline.set(10)
    one?.deadline.clear()
    expect(vi.getTimerCount()).toBe(1)
    alarm.stop()
    expect(vi.getTimerCount()).toBe(0)
    one?.deadline.set(20)
    expect(vi.getTimerCount()).toBe(1)
  })
})
