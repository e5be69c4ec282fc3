import { describe, expect, test } from 'vitest'
import type { Balancer, Call } from '../../src/index.ts'
import { fleet, lettered } from '../support/fleet.ts'
import { answer, failing, notSent, reset, scripted, timeout } from '../support/scripted-call.ts'
import type { Scripted } from '../support/scripted-call.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const many = lettered(...Array.from({ length: 9 }, () => 1))

/* How many attempts the payments took whose first attempt ends like this. */
async function attemptsOf(balancer: Balancer, payments: number, first: Scripted): Promise<number> {
  let attempts = 0
  for (let payment = 0; payment < payments; payment += 1) {
    const call = scripted([first, answer(200)], { method: 'GET' })
    await balancer.run(call).catch(() => undefined)
    attempts += call.tried.length
  }
  return attempts
}

describe('the retry budget of a balancer', () => {
  test('lets 10 % of the requests and ten more be retried in 10 s', async () => {
    const { balancer } = fleet({ health: false, random: () => 0 })
    expect(await attemptsOf(balancer, 100, reset)).toBe(100 + 10 + 10)
  })

  test('is not touched by moves after nothing was sent', async () => {
    const { balancer } = fleet({
      health: false,
      random: () => 0,
      failover: { retryBudget: { ratio: 0, minPerSecond: 0 } },
    })
    expect(await attemptsOf(balancer, 50, notSent)).toBe(100)
    expect(await attemptsOf(balancer, 50, reset)).toBe(50)
  })

  test('is touched by trying the only server again', async () => {
    const { balancer } = fleet({
      servers: lettered(1),
      random: () => 0,
      failover: { retryBudget: { ratio: 0, minPerSecond: 0 } },
    })
    expect(await attemptsOf(balancer, 5, notSent)).toBe(5)
  })

  test('comes back with time', async () => {
    const { balancer, clock } = fleet({ health: false, random: () => 0, failover: { retryBudget: { ratio: 0 } } })
    expect(await attemptsOf(balancer, 50, reset)).toBe(60)
    clock.advance(10_000)
    expect(await attemptsOf(balancer, 50, reset)).toBe(60)
  })

  test('is asked again just before the retry is sent', async () => {
    const clock = new VirtualClock({ sleepsPass: false })
    const failover = { retryBudget: { ratio: 0.5, minPerSecond: 0 } }
    const { balancer } = fleet({ clock, health: false, failover, random: () => 0.5 })
    for (let payment = 0; payment < 4; payment += 1) await balancer.run(scripted([answer(200)]))
    clock.advance(5_000)
    const call = scripted([reset, answer(200)], { method: 'GET', totalMs: 60_000 })
    const ended = failing(balancer.run(call))
    await expect.poll(() => clock.sleeps).toHaveLength(1)
    clock.advance(5_000)
    expect(await ended).toMatchObject({ outcome: 'unknown' })
    expect(call.tried).toHaveLength(1)
  })

  test('is not spent on a retry for which there is no time', async () => {
    const failover = { retryBudget: { ratio: 0, minPerSecond: 0.1 } }
    const { balancer } = fleet({ health: false, failover, random: () => 0.5 })
    await failing(balancer.run(scripted([reset], { method: 'GET', totalMs: 10 })))
    const call = scripted([reset, answer(200)], { method: 'GET' })
    await expect(balancer.run(call)).resolves.toBe('answer 200')
  })
})

function taking(clock: VirtualClock, ms: number, report: Scripted): Scripted {
  return (server, context) => {
    clock.advance(ms)
    return typeof report === 'function' ? report(server, context) : report
  }
}

describe('the deadline', () => {
  test('gives each attempt its share: headMs, or what is left', async () => {
    const { balancer, clock } = fleet()
    const step = taking(clock, 400, notSent)
    const call = scripted([step, step, answer(200)], { headMs: 500, totalMs: 1_000 })
    await balancer.run(call)
    expect(call.contexts).toMatchObject([
      { headMs: 500, remainingMs: 1_000 },
      { headMs: 500, remainingMs: 600 },
      { headMs: 200, remainingMs: 200 },
    ])
  })

  test('is 15 s for a head and 45 s for everything where none is given', async () => {
    const call = scripted([answer(200)])
    await fleet().balancer.run(call)
    expect(call.contexts).toMatchObject([{ headMs: 15_000, remainingMs: 45_000 }])
  })

  test('lets no attempt begin after it', async () => {
    const { balancer, clock } = fleet()
    const call = scripted([taking(clock, 1_000, notSent), answer(200)], { totalMs: 1_000 })
    expect(await failing(balancer.run(call))).toMatchObject({ code: 'not-executed' })
    expect(call.tried).toHaveLength(1)
  })

  test('lets no first attempt begin either', async () => {
    const call = scripted([], { totalMs: 0 })
    expect(await failing(fleet().balancer.run(call))).toMatchObject({ outcome: 'not-executed', attempts: [] })
    expect(call.tried).toEqual([])
  })

  test('is not slept through', async () => {
    const { balancer, clock } = fleet({ random: () => 0.999 })
    const call = scripted([taking(clock, 980, reset), answer(200)], { method: 'GET', totalMs: 1_000 })
    expect(await failing(balancer.run(call))).toMatchObject({ outcome: 'unknown' })
    expect([call.tried.length, clock.sleeps]).toEqual([1, []])
  })

  test('is read again after a back-off that lasted longer than it should', async () => {
    const clock = new VirtualClock({ sleepsPass: false })
    const { balancer } = fleet({ clock, random: () => 0.5 })
    const call = scripted([reset, answer(200)], { method: 'GET', totalMs: 1_000 })
    const ended = failing(balancer.run(call))
    await expect.poll(() => clock.sleeps).toHaveLength(1)
    clock.advance(1_000)
    expect(await ended).toMatchObject({ outcome: 'unknown' })
    expect(call.tried).toHaveLength(1)
  })
})

describe('back-off', () => {
  test('has full jitter, doubling from 25 ms', async () => {
    const { balancer, clock } = fleet({ servers: many, random: () => 0.5, failover: { maxAttempts: 7 } })
    await failing(
      balancer.run(
        scripted(
          Array.from({ length: 7 }, () => timeout),
          { method: 'GET' },
        ),
      ),
    )
    expect(clock.sleeps).toEqual([12.5, 25, 50, 100, 125, 125])
  })

  test('is none when moving on after nothing was sent', async () => {
    const { balancer, clock } = fleet({ random: () => 0.5 })
    await balancer.run(scripted([notSent, notSent, answer(200)]))
    expect(clock.sleeps).toEqual([])
  })

  test('is kept when the same server is tried again', async () => {
    const { balancer, clock } = fleet({ servers: lettered(1), random: () => 0.5 })
    await balancer.run(scripted([notSent, answer(200)]))
    expect(clock.sleeps).toEqual([12.5])
  })

  test('lasts as long as the only server asked for', async () => {
    const { balancer, clock } = fleet({ servers: lettered(1) })
    const overloaded = answer(503, { headers: new Headers({ 'retry-after': '4' }) })
    await balancer.run(scripted([overloaded, answer(200)], { method: 'GET' }))
    expect(clock.sleeps).toEqual([4_000])
  })

  test('that would outlast the deadline is a reason to stop', async () => {
    const { balancer, clock } = fleet({ servers: lettered(1) })
    const overloaded = answer(503, { headers: new Headers({ 'retry-after': '60' }) })
    const call = scripted([overloaded], { method: 'GET' })
    await expect(balancer.run(call)).resolves.toBe('answer 503')
    expect(clock.sleeps).toEqual([])
  })
})

function request(signal: AbortSignal): Partial<Call<string>> {
  return { method: 'GET', signal }
}

describe('when the caller has gone', () => {
  test('no first attempt begins', async () => {
    const call = scripted([], request(AbortSignal.abort()))
    expect(await failing(fleet().balancer.run(call))).toMatchObject({ code: 'not-executed', attempts: [] })
    expect(call.tried).toEqual([])
  })

  test.each<[string, Scripted, string]>([
    ['nothing was sent', notSent, 'not-executed'],
    ['something was sent', reset, 'unknown'],
  ])('no further attempt begins after %s', async (_, report, outcome) => {
    const caller = new AbortController()
    const leaving: Scripted = () => {
      caller.abort()
      return report as typeof reset
    }
    const call = scripted([leaving, answer(200)], request(caller.signal))
    const { balancer, clock } = fleet()
    expect(await failing(balancer.run(call))).toMatchObject({ outcome })
    expect([call.tried.length, clock.sleeps]).toEqual([1, []])
  })

  test('during the back-off, it ends at once and nothing is sent', async () => {
    const clock = new VirtualClock({ sleepsPass: false })
    const caller = new AbortController()
    const { balancer } = fleet({ clock, random: () => 0.5 })
    const call = scripted([reset, answer(200)], request(caller.signal))
    const ended = failing(balancer.run(call))
    await expect.poll(() => clock.sleeps).toHaveLength(1)
    caller.abort()
    expect(await ended).toMatchObject({ outcome: 'unknown' })
    expect(call.tried).toHaveLength(1)
  })
})

describe('a body that can no longer be sent again', () => {
  test('makes any further attempt impossible', async () => {
    let isReplayable = true
    const streaming: Scripted = () => {
      isReplayable = false
      return notSent
    }
    const call = scripted([streaming, answer(200)], { replayable: () => isReplayable })
    expect(await failing(fleet().balancer.run(call))).toMatchObject({ outcome: 'not-executed' })
    expect(call.tried).toHaveLength(1)
  })
})

test('a closed balancer sends nothing, not even a retry', async () => {
  const { balancer } = fleet()
  const closing: Scripted = () => {
    void balancer.close()
    return notSent
  }
  const call = scripted([closing, answer(200)])
  expect(await failing(balancer.run(call))).toMatchObject({ outcome: 'not-executed' })
  expect(call.tried).toHaveLength(1)
  expect(await failing(balancer.run(scripted([])))).toMatchObject({ code: 'no-server-available' })
})
