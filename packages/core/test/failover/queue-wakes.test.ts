import { describe, expect, test } from 'vitest'
import { eject, fleet, sendTo, serverNamed } from '../support/fleet.ts'
import { overloadedFor } from '../support/outcomes.ts'
import { answer, failing, scripted } from '../support/scripted-call.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/* a is full, and one request waits. */
function waiting() {
  const clock = new VirtualClock({ sleepsPass: false })
  const servers = [serverNamed('a', { maxInFlight: 1 }), serverNamed('b')]
  const one = fleet({ clock, servers, queue: { max: 9, timeoutMs: 60_000 }, random: () => 0.5 })
  return { ...one, clock, full: () => one.balancer.pick({ exclude: new Set(['b']) }) }
}

describe('a request that waits', () => {
  test('is served when a gate opens', async () => {
    const { balancer, clock, full } = waiting()
    full()
    sendTo(balancer, 'b', overloadedFor(2_000))
    const call = scripted([answer(200)], { method: 'GET', totalMs: 60_000 })
    const ended = balancer.run(call)
    await settle()
    clock.advance(2_000)
    await settle()
    expect(call.tried).toEqual(['b'])
    await ended
  })

  test('is served when a server comes back to be tried', async () => {
    const one = waiting()
    eject(one, 'b')
    one.full()
    const call = scripted([answer(200)], { method: 'GET', totalMs: 60_000 })
    const ended = one.balancer.run(call)
    await settle()
    one.clock.advance(10_000)
    await settle()
    expect(call.tried).toEqual(['b'])
    await ended
  })

  test('is served when a check passes', async () => {
    const one = waiting()
    eject(one, 'b')
    one.full()
    const call = scripted([answer(200)], { method: 'GET', totalMs: 60_000 })
    const ended = one.balancer.run(call)
    await settle()
    one.balancer.reportCheck('b', true)
    await settle()
    expect(call.tried).toEqual(['b'])
    await ended
  })

  test.each(['removed', 'drained'] as const)('is told at once when the last server is %s', async (how) => {
    const { balancer, full } = waiting()
    balancer.remove('b')
    full()
    const ended = failing(balancer.run(scripted([answer(200)], { totalMs: 60_000 })))
    await settle()
    if (how === 'removed') balancer.remove('a')
    else void balancer.drain('a')
    await settle()
    expect(balancer.snapshot().queued).toBe(0)
    expect(await ended).toMatchObject({ code: 'no-server-available', outcome: 'not-executed' })
  })

  test('is not told that it waited in vain when its caller went', async () => {
    const { balancer, full } = waiting()
    balancer.remove('b')
    full()
    const caller = new AbortController()
    const ended = failing(balancer.run(scripted([], { signal: caller.signal, totalMs: 60_000 })))
    await settle()
    caller.abort()
    expect(await ended).toMatchObject({ outcome: 'not-executed', message: expect.not.stringContaining('within') })
  })
})
