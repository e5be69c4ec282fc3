import { describe, expect, test } from 'vitest'
import { slowStartFactor, slowStartStep } from '../../src/health/slow-start.ts'
import { eject, fleet, lettered, send, sendTo, sequence, serverNamed, tally } from '../support/fleet.ts'
import type { Fleet, FleetOptions } from '../support/fleet.ts'
import { succeeded } from '../support/outcomes.ts'
import { recordingStrategy } from '../support/recording-strategy.ts'
import { readVectors } from '../support/vectors.ts'

interface Vectors {
  readonly windowSeconds: number
  readonly minimum: number
  readonly atSeconds: readonly number[]
  readonly cases: readonly { readonly aggression: number; readonly factors: readonly number[] }[]
}

const vectors = readVectors('slow-start') as Vectors
const slowStartMs = vectors.windowSeconds * 1_000
const aggressions = vectors.cases.map(({ aggression }) => aggression)
const rows = vectors.cases.flatMap(({ aggression, factors }) =>
  vectors.atSeconds.map((seconds, index) => ({ aggression, seconds, factor: factors[index] ?? Number.NaN })),
)
const inSteps = (factor: number): number => Math.floor(factor * 20 + 1e-6) / 20
const optionsOf = (slowStartAggression: number) => ({ slowStartMs, slowStartAggression })

describe('the factor of slow start', () => {
  test('has vectors to hold', () => {
    expect(rows.length).toBeGreaterThanOrEqual(27)
  })

  test.each(rows)('with aggression $aggression is $factor after $seconds s', ({ aggression, seconds, factor }) => {
    expect(Math.abs(slowStartFactor(seconds * 1_000, optionsOf(aggression)) - factor)).toBeLessThanOrEqual(5e-5)
  })

  test.each([
    [-3_600_000, vectors.minimum],
    [0, vectors.minimum],
    [slowStartMs, 1],
    [3_600_000, 1],
  ])('after %d ms is %d', (elapsedMs, expected) => {
    expect(slowStartFactor(elapsedMs, optionsOf(1))).toBe(expected)
  })
})

describe('a step of slow start', () => {
  test.each(aggressions)('with aggression %d is a multiple of 5 %, and never above the factor', (aggression) => {
    for (let ms = 0; ms <= slowStartMs; ms += 37) {
      const { factor } = slowStartStep(ms, optionsOf(aggression))
      expect(factor * 20).toBeCloseTo(Math.round(factor * 20), 9)
      const exact = slowStartFactor(ms, optionsOf(aggression))
      expect(factor).toBeLessThanOrEqual(exact + 1e-9)
      expect(factor).toBeGreaterThan(exact - 0.05)
    }
  })

  test.each(aggressions)(
    'with aggression %d names the time of the next one, half a percent late at most',
    (aggression) => {
      const options = optionsOf(aggression)
      let [elapsedMs, steps] = [0, 0]
      for (let step = slowStartStep(0, options); step.factor < 1; step = slowStartStep(elapsedMs, options)) {
        expect(step.nextMs).toBeGreaterThan(elapsedMs)
        expect(slowStartStep(step.nextMs - slowStartMs / 200 - 1, options).factor).toBeLessThanOrEqual(step.factor)
        expect(slowStartStep(step.nextMs, options).factor).toBeGreaterThan(step.factor)
        elapsedMs = step.nextMs
        steps += 1
      }
      expect(steps).toBeLessThanOrEqual(18)
      expect(elapsedMs).toBe(slowStartMs)
    },
  )

  test.each([1_000_000, 0.001])('is found also with an aggression of %d', (aggression) => {
    expect(slowStartStep(slowStartMs / 2, optionsOf(aggression)).factor).toBe(aggression > 1 ? 0.95 : 0.1)
    expect(slowStartStep(slowStartMs, optionsOf(aggression))).toEqual({ factor: 1, nextMs: Infinity })
  })
})

function recorded(options: FleetOptions = {}): Fleet & { readonly strategy: ReturnType<typeof recordingStrategy> } {
  const strategy = recordingStrategy()
  return { ...fleet({ strategy, ...options }), strategy }
}

describe('slow start in a pool', () => {
  test.each(rows)('with aggression $aggression shows the step of $factor after $seconds s', (row) => {
    const { balancer, clock, strategy } = recorded({ health: optionsOf(row.aggression) })
    balancer.add(serverNamed('d', { weight: 4 }))
    clock.advance(row.seconds * 1_000)
    send(balancer)
    expect(strategy.weights()).toMatchObject({ a: 1, b: 1, c: 1 })
    expect(strategy.weights()['d']).toBeCloseTo(4 * inSteps(row.factor), 9)
  })

  test('makes a new list for each step, and none between', () => {
    const { balancer, clock, strategy } = recorded()
    balancer.add(serverNamed('d'))
    for (let ms = 0; ms < 45_000; ms += 50) {
      send(balancer)
      clock.advance(50)
    }
    const weights = [...new Set(strategy.lists)].map((list) => list.map((one) => one.slowStart).at(-1))
    expect(weights).toHaveLength(19)
    expect(strategy.weights()['d']).toBe(1)
  })

  test('takes the steps of servers that join one after the other together', () => {
    const { balancer, clock, strategy } = recorded({ servers: lettered(1) })
    for (let joined = 0; joined < 100; joined += 1) {
      balancer.add(serverNamed(`new${joined}`))
      clock.advance(1)
    }
    const joining = new Set(strategy.lists).size
    for (let ms = 0; ms < 31_000; ms += 10) {
      send(balancer)
      clock.advance(10)
    }
    expect(new Set(strategy.lists).size - joining).toBeLessThanOrEqual(220)
    expect(new Set(Object.values(strategy.weights()))).toEqual(new Set([1]))
  })

  test('is for servers that are added or replaced in, not for those there at the start or that stay', () => {
    const { balancer, strategy } = recorded({ servers: lettered(2, 2) })
    send(balancer)
    expect(strategy.weights()).toEqual({ a: 2, b: 2 })
    balancer.replace([...lettered(2), serverNamed('x', { weight: 2 })])
    send(balancer)
    expect(strategy.weights()).toEqual({ a: 2, x: 0.2 })
  })

  test('is for servers that come back from probation, counted from there', () => {
    const one = recorded()
    eject(one, 'a')
    one.clock.advance(12_000)
    sendTo(one.balancer, 'a', succeeded)
    one.clock.advance(9_000)
    sendTo(one.balancer, 'a', succeeded)
    send(one.balancer)
    expect(one.strategy.weights()).toEqual({ a: 0.1, b: 1, c: 1 })
    one.clock.advance(15_000)
    send(one.balancer)
    expect(one.strategy.weights()).toEqual({ a: 0.5, b: 1, c: 1 })
    expect(one.balancer.snapshot().servers[0]?.slowStart).toBe(0.5)
    one.clock.advance(15_000)
    send(one.balancer)
    expect(one.strategy.weights()).toEqual({ a: 1, b: 1, c: 1 })
  })

  test('goes on when the weight is updated', () => {
    const { balancer, clock, strategy } = recorded()
    balancer.add(serverNamed('d'))
    clock.advance(15_000)
    balancer.update('d', { weight: 10 })
    send(balancer)
    expect(strategy.weights()).toMatchObject({ d: 5 })
  })

  test('is less load in fact', () => {
    const { balancer } = fleet({ strategy: 'weighted-round-robin', servers: lettered(1, 1) })
    balancer.add(serverNamed('d'))
    expect(tally(sequence(balancer, 2_100))['d']).toBe(100)
  })
})
