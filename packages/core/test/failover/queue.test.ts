import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { crowded } from '../support/crowded.ts'
import type { Sent } from '../support/crowded.ts'
import { failing } from '../support/scripted-call.ts'

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const overloaded = { code: 'overloaded', outcome: 'not-executed', attempts: [], retryAfterMs: 1_000 }

describe('a queue', () => {
  test('leaves nothing behind on the signal of a caller who was served', async () => {
    const caller = new AbortController()
    const { send } = crowded()
    const sent = [send('1'), send('2', { signal: caller.signal })]
    await settle()
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(1)
    for (const one of sent) await one.answer()
    expect(getEventListeners(caller.signal, 'abort')).toEqual([])
  })

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
    expect(getEventListeners(caller.signal, 'abort')).toEqual([])
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
