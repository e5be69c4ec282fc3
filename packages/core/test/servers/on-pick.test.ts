import { describe, expect, test } from 'vitest'
import type { Observer, Pick, PickExplanation, Strategy, Warning } from '../../src/index.ts'
import { fleet, send, sequence } from '../support/fleet.ts'
import { present } from '../support/present.ts'

interface Counting extends Strategy {
  figures: number
}

function counting(figuresOf?: Strategy['figuresOf']): Counting {
  const strategy: Counting = {
    figures: 0,
    figure: 'requests in flight',
    figuresOf: (candidates, context) => {
      strategy.figures += 1
      return figuresOf?.(candidates, context) ?? candidates.map(({ inFlight }) => inFlight)
    },
    pick: (candidates) => present(candidates[0]),
  }
  return strategy
}

const throwing = (): never => {
  throw new Error('these figures always throw')
}

describe('an explanation', () => {
  test('is not computed when nobody listens', () => {
    const strategy = counting()
    const { balancer } = fleet({ strategy, observer: { onHealthChange: () => undefined } })
    sequence(balancer, 20)
    expect(strategy.figures).toBe(0)
  })

  test('is not computed for an observer of picks who does not ask', () => {
    const strategy = counting()
    const { balancer } = fleet({ strategy, observer: { onPick: () => undefined } })
    sequence(balancer, 20)
    expect(strategy.figures).toBe(0)
  })

  test('is that of the pick: before it is counted, with the same request', () => {
    const explained: PickExplanation[] = []
    const { balancer } = fleet({ strategy: counting(), observer: { onPick: (pick) => explained.push(pick.explain()) } })
    balancer.pick()
    balancer.pick({ exclude: new Set(['a']) })
    expect(explained.map(({ candidates }) => candidates.map(({ server, figure }) => [server, figure]))).toEqual([
      [
        ['a', 0],
        ['b', 0],
        ['c', 0],
      ],
      [
        ['b', 0],
        ['c', 0],
      ],
    ])
    expect(explained[1]?.others).toEqual([{ server: 'a', reason: 'excluded' }])
  })

  test('with figures that throw breaks no pick', () => {
    const warnings: Warning[] = []
    const observer = { onPick: (pick: Pick) => pick.explain(), onWarning: (warning: Warning) => warnings.push(warning) }
    const { balancer } = fleet({ strategy: counting(throwing), observer })
    expect(sequence(balancer, 5)).toBe('aaaaa')
    expect(balancer.snapshot()).toMatchObject({ inFlight: 0, servers: [{ picks: 5 }, {}, {}] })
  })

  test.each([
    ['too few', () => [7]],
    ['none', () => []],
    ['too many', () => [7, 8, 9, 10]],
  ])('with %s figures leaves out those that are missing', (_, figuresOf) => {
    const { balancer } = fleet({ strategy: counting(figuresOf) })
    const figures = balancer.explain().candidates.map(({ figure }) => figure)
    expect(figures).toEqual([0, 1, 2].map((index) => figuresOf()[index]))
  })
})

test('a pick tells its server, and whether it is a retry', () => {
  const told: Pick[] = []
  const { balancer } = fleet({ observer: { onPick: (pick) => told.push(pick) }, random: () => 0 })
  send(balancer)
  send(balancer, { exclude: new Set(['a']) })
  send(balancer, { exclude: new Set() })
  expect(told.map(({ server, isRetry, reason }) => [server.id, isRetry, reason])).toEqual([
    ['a', false, 'strategy'],
    ['b', true, 'strategy'],
    ['b', false, 'strategy'],
  ])
})

test('an observer that removes the server while it is picked disturbs no counter', () => {
  const { balancer } = fleet({ observer: { onPick: ({ server }) => balancer.remove(server.id) } })
  const leases = [balancer.pick(), balancer.pick(), balancer.pick()]
  expect([balancer.snapshot().inFlight, balancer.servers]).toEqual([3, []])
  for (const lease of leases) lease.release()
  expect(balancer.snapshot().inFlight).toBe(0)
})

test('an observer whose hook cannot even be read breaks no pick', () => {
  const observer = Object.defineProperty({}, 'onPick', {
    get: () => {
      throw new Error('this hook cannot be read')
    },
  }) as Observer
  const { balancer } = fleet()
  balancer.observe(observer)
  expect(send(balancer)).toBeTypeOf('string')
})
