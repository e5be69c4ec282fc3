import { describe, expect, test } from 'vitest'
import { strategies } from '../../src/index.ts'
import type { Candidate, PickContext, Strategy, Warning } from '../../src/index.ts'
import { candidate } from '../support/candidates.ts'
import { fleet, lettered, send, sequence, serverNamed, tally } from '../support/fleet.ts'
import { present } from '../support/present.ts'

describe('a strategy of the user’s own', () => {
  test('chooses', () => {
    const strategy: Strategy = { pick: (list) => present(list.at(-1)) }
    const { balancer } = fleet({ strategy })
    expect(sequence(balancer, 3)).toBe('ccc')
    expect(balancer.snapshot().strategy).toBe('custom')
  })

  test('may be a class with state of its own, under its own name', () => {
    class Alternating {
      readonly name = 'alternating'
      #turn = 0
      pick(list: readonly Candidate[]): Candidate {
        this.#turn += 1
        return present(list[this.#turn % list.length])
      }
    }
    const { balancer } = fleet({ strategy: new Alternating() })
    expect(sequence(balancer, 6)).toBe('bcabca')
    expect(balancer.snapshot().strategy).toBe('alternating')
  })

  test('is told the key, the time and whether it is a retry', () => {
    const seen: PickContext[] = []
    const strategy: Strategy = {
      pick: (list, context) => {
        seen.push({ ...context })
        return present(list[0])
      },
    }
    const { balancer, clock } = fleet({ strategy })
    send(balancer, { key: 'order-17' })
    send(balancer, { exclude: new Set(['a']) })
    expect(seen).toMatchObject([
      { key: 'order-17', isRetry: false, now: clock.now() },
      { key: undefined, isRetry: true, now: clock.now() },
    ])
  })

  test('is given the same list for as long as nobody joins, leaves, or changes weight or health', () => {
    const lists: (readonly Candidate[])[] = []
    const strategy: Strategy = {
      pick: (list) => {
        lists.push(list)
        return present(list[0])
      },
    }
    const { balancer } = fleet({ strategy })
    sequence(balancer, 5)
    expect(new Set(lists).size).toBe(1)
    balancer.add(serverNamed('d'))
    sequence(balancer, 5)
    expect(new Set(lists).size).toBe(2)
    expect(lists.at(-1)).toHaveLength(4)
  })

  const failing: [string, Strategy['pick']][] = [
    ['throws', () => expect.unreachable('this strategy always throws')],
    ['returns a stranger', () => candidate('stranger')],
    ['empties its list', (list) => present((list as Candidate[]).splice(0)[0])],
    ['returns nothing', () => undefined],
    ['returns a copy', (list) => ({ ...present(list[0]) })],
    ['returns a promise', (list) => Promise.resolve(list[0]) as unknown as Candidate],
  ]

  test.each(failing)('that %s costs no payment, and is reported once', (_, pick) => {
    const warnings: Warning[] = []
    const { balancer } = fleet({
      ledger: 'shared',
      strategy: { pick },
      observer: { onWarning: (warning) => warnings.push(warning) },
    })
    expect(tally(sequence(balancer, 30))).toEqual({ a: 10, b: 10, c: 10 })
    expect(warnings.map((warning) => warning.code)).toEqual(['strategy-failed'])
    expect(warnings[0]?.error).toBeInstanceOf(Error)
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test('that returns a server that is excluded is not followed', () => {
    const known: Candidate[] = []
    const strategy: Strategy = {
      pick: (list) => {
        known.push(...list)
        return present(known[0])
      },
    }
    const { balancer } = fleet({ strategy, servers: lettered(1, 1) })
    expect(send(balancer)).toBe('a')
    expect(send(balancer, { exclude: new Set(['a']) })).toBe('b')
  })

  test('cannot be confused with one from the registry: every balancer has its own rotation', () => {
    expect(strategies['round-robin']()).not.toBe(strategies['round-robin']())
    const [one, other] = [fleet({ random: () => 0 }).balancer, fleet({ random: () => 0 }).balancer]
    expect(sequence(one, 2) + sequence(other, 3)).toBe('ababc')
  })
})
