import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fleet, lettered, sequence, serverNamed, tally } from '../support/fleet.ts'

interface Vectors {
  readonly cases: readonly { readonly weights: readonly number[]; readonly picks: string }[]
}

const file = new URL('../vectors/smooth-weighted-round-robin.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as Vectors

const weighted = (weights: readonly number[], share = 0) =>
  fleet({ strategy: 'weighted-round-robin', servers: lettered(...weights), random: () => share }).balancer

describe('weighted-round-robin', () => {
  test('has vectors to hold', () => {
    expect(cases.length).toBeGreaterThanOrEqual(8)
  })

  test.each(cases)('spreads the weights $weights as $picks, again and again', ({ weights, picks }) => {
    expect(sequence(weighted(weights), picks.length * 3)).toBe(picks.repeat(3))
  })

  test.each(cases)('begins anywhere in $picks', ({ weights, picks }) => {
    for (let offset = 0; offset < picks.length; offset += 1) {
      const started = sequence(weighted(weights, (offset + 0.5) / picks.length), picks.length)
      expect(started).toBe(picks.slice(offset) + picks.slice(0, offset))
    }
  })

  test('takes the cycle from the ratio of the weights, not from their size', () => {
    expect(sequence(weighted([500, 100, 100], 1.5 / 7), 7)).toBe('abacaaa')
    expect(sequence(weighted([0.5, 0.1, 0.1], 1.5 / 7), 7)).toBe('abacaaa')
    expect(sequence(weighted([0.5, 0.5], 0.75), 4)).toBe('baba')
  })

  test('keeps everybody’s turn when a server joins', () => {
    const { balancer, clock } = fleet({ strategy: 'weighted-round-robin', servers: lettered(5, 1, 1), random: () => 0 })
    expect(sequence(balancer, 2)).toBe('aa')
    balancer.add(serverNamed('d'))
    expect(sequence(balancer, 3)).toMatch(/^b/u)
    clock.advance(30_000)
    expect(tally(sequence(balancer, 800))).toEqual({ a: 500, b: 100, c: 100, d: 100 })
  })

  test('does not start again from the first server when one leaves', () => {
    const balancer = weighted([1, 1, 1, 1])
    expect(sequence(balancer, 2)).toBe('ab')
    balancer.remove('d')
    const picks = sequence(balancer, 31)
    expect(picks).toMatch(/^c/u)
    expect(tally(picks.slice(1))).toEqual({ a: 10, b: 10, c: 10 })
  })

  test('follows a change of weight', () => {
    const balancer = weighted([1, 1])
    sequence(balancer, 3)
    balancer.update('a', { weight: 3 })
    expect(tally(sequence(balancer, 400))).toEqual({ a: 300, b: 100 })
  })

  test('does not make up for the turns a server missed while it was full', () => {
    const servers = [serverNamed('a', { maxInFlight: 1 }), serverNamed('b'), serverNamed('c')]
    const { balancer } = fleet({ strategy: 'weighted-round-robin', servers, random: () => 0 })
    const held = balancer.pick()
    expect(tally(sequence(balancer, 102))).toEqual({ b: 51, c: 51 })
    held.release()
    expect(sequence(balancer, 30)).not.toContain('aa')
  })
})
