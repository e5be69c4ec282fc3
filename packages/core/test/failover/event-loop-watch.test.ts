import { describe, expect, test } from 'vitest'
import { createBalancer } from '../../src/index.ts'
import { EventLoopWatch } from '../../src/failover/event-loop-watch.ts'
import { scripted, timeout } from '../support/scripted-call.ts'

/** A machine whose ticks come when the test says so. */
function machine() {
  let [nowMs, timers] = [1_000, 0]
  let tick: (() => void) | undefined
  const watch = new EventLoopWatch({
    now: () => nowMs,
    repeatEvery: (ms, call) => {
      expect(ms).toBe(20)
      timers += 1
      tick = call
      return () => (tick = undefined)
    },
  })
  return {
    watch,
    begin: () => watch.begin(nowMs),
    blockedMs: () => watch.blockedMsAt(nowMs),
    pass: (ms: number) => void (nowMs += ms),
    tickAfter: (ms: number) => {
      nowMs += ms
      tick?.()
    },
    isTicking: () => tick !== undefined,
    timers: () => timers,
  }
}

describe('the event loop', () => {
  test.each([
    ['in time', [20, 20, 20], 0],
    ['early', [19, 20, 18], 0],
    ['late by what timers always are', [25, 24, 25], 0],
    ['late by more', [26, 20], 6],
    ['late twice', [120, 20, 70, 20], 150],
  ])('was blocked for as long as its ticks came %s', (_, ticks, expected) => {
    const { begin, tickAfter, blockedMs } = machine()
    begin()
    for (const ms of ticks) tickAfter(ms)
    expect(blockedMs()).toBe(expected)
  })

  test('is known to be blocked before its late tick comes, and not counted twice', () => {
    const { begin, pass, tickAfter, blockedMs } = machine()
    begin()
    pass(25)
    expect(blockedMs()).toBe(0)
    pass(475)
    expect(blockedMs()).toBe(480)
    tickAfter(0)
    expect(blockedMs()).toBe(480)
    tickAfter(20)
    expect(blockedMs()).toBe(480)
  })

  test('is held against what was lost before', () => {
    const { begin, tickAfter, blockedMs, watch } = machine()
    expect(begin()).toBe(0)
    tickAfter(320)
    expect(begin()).toBe(300)
    watch.end()
    watch.end()
    expect(blockedMs()).toBe(300)
  })

  test('is watched by one timer for many, which stops after the last of them', () => {
    const { begin, tickAfter, watch, isTicking, timers } = machine()
    for (let one = 0; one < 3; one += 1) begin()
    watch.end()
    watch.end()
    tickAfter(20)
    expect(isTicking()).toBe(true)
    watch.end()
    expect(isTicking()).toBe(true)
    begin()
    watch.end()
    tickAfter(20)
    expect([isTicking(), timers()]).toEqual([false, 1])
  })

  test('that nobody watches loses nothing, however long it stands still', () => {
    const { begin, tickAfter, pass, watch, blockedMs, timers } = machine()
    begin()
    watch.end()
    tickAfter(20)
    pass(60_000)
    expect(blockedMs()).toBe(0)
    expect(begin()).toBe(0)
    tickAfter(20)
    expect([blockedMs(), timers()]).toEqual([0, 2])
  })
})

/* On the machine’s own clock: nothing else can stand still. */
async function failureRateAfter(attempt: () => Promise<void> | void): Promise<number | undefined> {
  const balancer = createBalancer({ servers: ['http://a.test'] })
  const call = scripted([async () => (await attempt(), timeout)], { method: 'POST' })
  await balancer.run(call).catch(() => undefined)
  return balancer.snapshot().servers[0]?.failureRate
}

function block(): void {
  const untilMs = performance.now() + 60
  while (performance.now() < untilMs) Math.sqrt(2)
}

describe('a deadline that passes', () => {
  test('while the event loop was blocked is nobody’s fault', async () => {
    expect(await failureRateAfter(block)).toBe(0)
  })

  test('while it ran is the server’s', async () => {
    expect(await failureRateAfter(() => new Promise((resolve) => setImmediate(resolve)))).toBeGreaterThan(0)
  })
})
