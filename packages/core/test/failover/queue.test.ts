import { describe, expect, test } from 'vitest'
import type { Balancer, Call } from '../../src/index.ts'
import { fleet, serverNamed } from '../support/fleet.ts'
import type { FleetOptions } from '../support/fleet.ts'
import { answer, failing, scripted } from '../support/scripted-call.ts'
import type { ScriptedCall } from '../support/scripted-call.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

/** One server with room for one request, and a queue; requests end when they are told to. */
function crowded(options: FleetOptions = {}) {
  const clock = new VirtualClock({ sleepsPass: false })
  const { balancer } = fleet({
    clock,
    servers: [serverNamed('a', { maxInFlight: 1 })],
    queue: { max: 3, timeoutMs: 500 },
    ...options,
  })
  const order: string[] = []
  return {
    clock,
    balancer,
    order,
    send: (name: string, call: Partial<Call<string>> = {}) => begin(balancer, name, order, call),
  }
}

interface Sent {
  readonly call: ScriptedCall
  readonly ended: Promise<string>
  /** The server answers. */
  answer(): Promise<void>
}

function begin(balancer: Balancer, name: string, order: string[], more: Partial<Call<string>>): Sent {
  const { promise, resolve } = Promise.withResolvers<void>()
  const call = scripted(
    [
      async () => {
        order.push(name)
        await promise
        return answer(200)
      },
    ],
    more,
  )
  const ended = balancer.run(call)
  ended.catch(() => undefined)
  return { call, ended, answer: () => (resolve(), ended.then(() => undefined)) }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const overloaded = { code: 'overloaded', outcome: 'not-executed', attempts: [], retryAfterMs: 1_000 }

describe('a queue', () => {
  test('is first in, first out', async () => {
    const { balancer, order, send } = crowded()
    const sent = ['1', '2', '3', '4'].map((name) => send(name))
    await settle()
    expect([order, balancer.snapshot().queued]).toEqual([['1'], 3])
    for (const one of sent) await one.answer()
    expect(order).toEqual(['1', '2', '3', '4'])
    expect(balancer.snapshot()).toMatchObject({ inFlight: 0, queued: 0, counters: { succeeded: 4 } })
  })

  test('takes `max` and not one more', async () => {
    const { balancer, order, send } = crowded()
    const sent = ['1', '2', '3', '4'].map((name) => send(name))
    const fifth = send('5')
    expect(await failing(fifth.ended)).toMatchObject({ ...overloaded, message: expect.stringContaining('queue.max') })
    expect([fifth.call.tried, balancer.snapshot().queued]).toEqual([[], 3])
    for (const one of sent) await one.answer()
    expect(order).toHaveLength(4)
  })

  test('is left out where it is not wanted', async () => {
    const { balancer, send } = crowded({ queue: { max: 0, timeoutMs: 500 } })
    const first = send('1')
    const second = send('2')
    expect(await failing(second.ended)).toMatchObject({ code: 'no-server-available', outcome: 'not-executed' })
    expect(balancer.snapshot().queued).toBe(0)
    await first.answer()
  })

  test('is passed by nobody: who comes when there is room again waits behind those who waited', async () => {
    const { balancer, order, send } = crowded({ queue: { max: 9, timeoutMs: 500 } })
    const first = send('1')
    const waiting = [send('2'), send('3')]
    const late: Sent[] = []
    const stop = balancer.observe({
      onAttemptEnd: () => {
        stop()
        late.push(send('late'))
      },
    })
    await first.answer()
    await settle()
    for (const one of [...waiting, ...late]) await one.answer()
    expect(order).toEqual(['1', '2', '3', 'late'])
  })

  test.each([
    ['timeoutMs', 500, {}],
    ['the deadline of the call', 200, { totalMs: 200 }],
  ])('lasts no longer than %s: %d ms', async (_, ms, more) => {
    const { balancer, clock, send } = crowded()
    const first = send('1')
    const second = send('2', more)
    clock.advance(ms - 1)
    await settle()
    expect(balancer.snapshot().queued).toBe(1)
    clock.advance(1)
    expect(await failing(second.ended)).toMatchObject(overloaded)
    expect([second.call.tried, balancer.snapshot().queued]).toEqual([[], 0])
    await first.answer()
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test('is left when the caller goes, who is the only one to leave it', async () => {
    const { balancer, order, send } = crowded()
    const caller = new AbortController()
    const sent = [send('1'), send('2', { signal: caller.signal }), send('3')]
    await settle()
    caller.abort()
    expect(await failing(sent[1]?.ended ?? Promise.resolve())).toMatchObject({ outcome: 'not-executed', attempts: [] })
    expect(balancer.snapshot().queued).toBe(1)
    await sent[0]?.answer()
    await sent[2]?.answer()
    expect([order, sent[1]?.call.tried]).toEqual([['1', '3'], []])
    expect(balancer.snapshot()).toMatchObject({ inFlight: 0, queued: 0 })
  })

  test('gives a lease back whose caller went just as it was served', async () => {
    const { balancer, send } = crowded()
    const caller = new AbortController()
    const first = send('1')
    const second = send('2', { signal: caller.signal })
    await settle()
    balancer.observe({ onPick: () => caller.abort() })
    await first.answer()
    expect(await failing(second.ended)).toMatchObject({ outcome: 'not-executed', attempts: [] })
    expect(second.call.tried).toEqual([])
    expect(balancer.snapshot()).toMatchObject({ inFlight: 0, queued: 0 })
  })

  test('is emptied by close: nobody who waits is sent any more', async () => {
    const { balancer, order, send } = crowded()
    const sent = ['1', '2', '3'].map((name) => send(name))
    await settle()
    const closed = balancer.close()
    for (const one of sent.slice(1)) {
      expect(await failing(one.ended)).toMatchObject({
        code: 'no-server-available',
        outcome: 'not-executed',
        attempts: [],
      })
    }
    await sent[0]?.answer()
    await closed
    expect([order, balancer.snapshot().queued]).toEqual([['1'], 0])
  })
})

describe('who waits is served', () => {
  test.each<[string, (balancer: Balancer) => void, string]>([
    ['a server that is added', (balancer) => balancer.add(serverNamed('b')), 'b'],
    ['a server that is replaced in', (balancer) => balancer.replace([serverNamed('b')]), 'b'],
    ['a limit that is raised', (balancer) => balancer.update('a', { maxInFlight: 9 }), 'a'],
  ])('by %s, as far as it goes', async (_, change, server) => {
    const { balancer, send } = crowded()
    const sent = ['1', '2', '3'].map((name) => send(name))
    await settle()
    change(balancer)
    await settle()
    expect(balancer.snapshot().queued).toBe(0)
    expect(sent.slice(1).map(({ call }) => call.tried)).toEqual([[server], [server]])
    for (const one of sent) await one.answer()
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test('when the limit of the whole pool allows it', async () => {
    const { balancer, order, send } = crowded({ servers: [serverNamed('a'), serverNamed('b')], maxInFlight: 2 })
    const sent = ['1', '2', '3', '4'].map((name) => send(name))
    await settle()
    expect([order, balancer.snapshot().queued]).toEqual([['1', '2'], 2])
    await sent[1]?.answer()
    await settle()
    expect(order).toEqual(['1', '2', '3'])
    for (const one of sent) await one.answer()
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test('also when an answer broke, and when the request was given up by hand', async () => {
    const { balancer, send } = crowded()
    const byHand = balancer.pick()
    const waiting = send('1')
    await settle()
    byHand.release('cut')
    await settle()
    expect(waiting.call.tried).toEqual(['a'])
    await waiting.answer()
  })

  test('one at a time, each time that there is room for one', async () => {
    const { balancer, order, send } = crowded({ queue: { max: 50, timeoutMs: 500 } })
    const sent = Array.from({ length: 30 }, (_, index) => send(`${index}`))
    for (const one of sent) {
      await settle()
      expect(balancer.snapshot().inFlight).toBe(1)
      await one.answer()
    }
    expect(order).toEqual(sent.map((_, index) => `${index}`))
  })
})

describe('nobody waits', () => {
  test.each<[string, (balancer: Balancer) => void, string]>([
    ['that are draining', (balancer) => void balancer.drain('a'), 'no-server-available'],
    ['that are gone', (balancer) => balancer.remove('a'), 'no-server-available'],
  ])('for servers %s', async (_, change, code) => {
    const { balancer, send } = crowded()
    change(balancer)
    expect(await failing(send('1').ended)).toMatchObject({ code, outcome: 'not-executed' })
    expect(balancer.snapshot().queued).toBe(0)
  })

  test('for servers that asked to be left alone', async () => {
    const { balancer, send } = crowded()
    const lease = balancer.pick()
    lease.record({ kind: 'overloaded', evidence: 'answered', status: 503, retryAfterMs: 5_000 })
    lease.release()
    const error = await failing(send('1').ended)
    expect(error).toMatchObject({ code: 'no-server-available', retryAfterMs: 5_000, outcome: 'not-executed' })
  })
})
