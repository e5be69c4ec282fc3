import { describe, expect, test } from 'vitest'
import type { Candidate, Strategy, Warning } from '../../src/index.ts'
import { fleet, lettered, send, sequence, serverNamed, tally } from '../support/fleet.ts'
import { succeeded } from '../support/outcomes.ts'
import { present } from '../support/present.ts'

const throwing = (): never => {
  throw new Error('this strategy always throws')
}

function watchedWith(strategy: Strategy) {
  const warnings: string[] = []
  const onWarning = (warning: Warning): void => {
    if (warning.code === 'strategy-failed') warnings.push(String(warning.error))
  }
  return { ...fleet({ strategy, observer: { onWarning } }), warnings }
}

describe('a strategy that', () => {
  test('returns a server that was removed is not followed, and reported once', () => {
    const known: Candidate[] = []
    const { balancer, warnings } = watchedWith({ pick: (list) => (known.push(...list), present(known[0])) })
    const first = balancer.pick()
    balancer.remove(first.server.id)
    expect(tally(sequence(balancer, 20))).toEqual({ b: 10, c: 10 })
    expect(warnings).toHaveLength(1)
    first.release()
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test('returns the server that stood in its place before it left is not followed', () => {
    const { balancer, warnings } = watchedWith({ pick: (list) => (lists.push(list), present(lists[0]?.[0])) })
    const lists: (readonly Candidate[])[] = []
    balancer.pick().release()
    balancer.replace([serverNamed('b'), serverNamed('c')])
    expect(new Set(sequence(balancer, 10))).toEqual(new Set('bc'))
    expect(warnings).toHaveLength(1)
  })

  test('returns a candidate of a longer list is followed where that is in the short one', () => {
    let whole: readonly Candidate[] = []
    const strategy: Strategy = {
      pick: (list) => {
        if (list.length > whole.length) whole = list
        return present(whole.at(-1))
      },
    }
    const { balancer, warnings } = watchedWith(strategy)
    expect(balancer.pick().server.id).toBe('c')
    expect(balancer.pick({ exclude: new Set(['a']) }).server.id).toBe('c')
    expect(warnings).toEqual([])
  })

  test('throws when it is told of requests costs no payment, and is reported once', () => {
    const { balancer, warnings } = watchedWith({
      pick: (list) => present(list[0]),
      onInFlightChange: throwing,
    })
    expect(sequence(balancer, 5)).toBe('aaaaa')
    expect([balancer.snapshot().inFlight, warnings.length]).toEqual([0, 1])
  })

  test('throws costs no payment when it is the panic that asks it', () => {
    const { balancer } = fleet({ strategy: { pick: throwing }, panic: 'all', servers: lettered(1, 1) })
    balancer.reportCheck('a', false)
    expect(balancer.pick({ exclude: new Set(['b']) }).server.id).toBe('a')
  })
})

describe('the warning names the strategy, and what it did', () => {
  test.each<[string, unknown]>([
    ['it returned undefined, which is not one of the candidates', undefined],
    ['it returned null, which is not one of the candidates', null],
    ['it returned an object, which is not one of the candidates', { server: { id: 'a' } }],
    ['it returned a promise, which is not one of the candidates', Promise.resolve()],
    ['it returned a number, which is not one of the candidates', 0],
  ])('%s', (what, chosen) => {
    const messages: string[] = []
    const strategy: Strategy = { name: 'cheapest-first', pick: () => chosen as Candidate }
    const { balancer } = fleet({ strategy, observer: { onWarning: ({ message }) => messages.push(message) } })
    balancer.pick().release()
    expect(messages.find((message) => message.startsWith('the strategy'))).toBe(
      `the strategy "cheapest-first" failed (${what}); the least busy server was taken instead. This is reported once`,
    )
  })
})

describe('a strategy is told', () => {
  test('of each request that begins and ends, after it was counted', () => {
    const told: [string, number][] = []
    const strategy: Strategy = {
      pick: (list) => present(list[0]),
      onInFlightChange: ({ server, inFlight }) => told.push([server.id, inFlight]),
    }
    const { balancer } = fleet({ strategy })
    const leases = [balancer.pick(), balancer.pick()]
    for (const lease of leases) lease.record(succeeded)
    for (const lease of leases) lease.release()
    expect(told).toEqual([
      ['a', 1],
      ['a', 2],
      ['a', 1],
      ['a', 0],
    ])
  })

  test('nothing any more of a server that left', () => {
    const told: string[] = []
    const strategy: Strategy = {
      pick: (list) => present(list[0]),
      onInFlightChange: ({ server }) => told.push(server.id),
    }
    const { balancer } = fleet({ strategy })
    const lease = balancer.pick()
    balancer.remove('a')
    lease.release()
    expect(told).toEqual(['a'])
  })

  test('nothing of a server that is ejected, and of it again when it is back in the list', () => {
    const told: string[] = []
    const strategy: Strategy = {
      pick: (list) => present(list[0]),
      onInFlightChange: ({ server }) => told.push(server.id),
    }
    const { balancer, clock } = fleet({ strategy })
    const leases = [balancer.pick(), balancer.pick()]
    balancer.reportCheck('a', false)
    balancer.pick()
    leases[0]?.release()
    expect(told).toEqual(['a', 'a', 'b'])
    clock.advance(20_000)
    for (let probe = 0; probe < 2; probe += 1) send(balancer, { method: 'GET' })
    expect(told).toEqual(['a', 'a', 'b'])
    balancer.pick()
    leases[1]?.release()
    expect(told).toEqual(['a', 'a', 'b', 'a', 'a'])
  })
})
