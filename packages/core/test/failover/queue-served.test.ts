import { describe, expect, test } from 'vitest'
import type { Balancer } from '../../src/index.ts'
import { crowded } from '../support/crowded.ts'
import { serverNamed } from '../support/fleet.ts'
import { failing } from '../support/scripted-call.ts'

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

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
