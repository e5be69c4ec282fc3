import { describe, expect, test } from 'vitest'
import type { Outcome, Warning } from '../../src/index.ts'
import { fleet, sendTo, stateOf } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { callerGone, declined, forbidden, refusedConnection, succeeded, unauthorized } from '../support/outcomes.ts'

function told(ejectOnUnauthorized: boolean | undefined): Fleet & { readonly warnings: Warning[] } {
  const warnings: Warning[] = []
  const onWarning = (warning: Warning): void => {
    if (warning.code === 'unauthorized') warnings.push(warning)
  }
  const health = ejectOnUnauthorized === undefined ? {} : { ejectOnUnauthorized }
  return { ...fleet({ health, observer: { onWarning } }), warnings }
}

const burst = (length: number): Outcome[] =>
  Array.from({ length }, (_, index) => (index % 2 === 0 ? unauthorized : forbidden))

describe('a server that answers nothing but 401 and 403', () => {
  test.each([
    [4, undefined, 0, 'healthy'],
    [5, undefined, 1, 'healthy'],
    [100, undefined, 1, 'healthy'],
    [100, false, 1, 'healthy'],
    [4, true, 0, 'healthy'],
    [5, true, 1, 'ejected'],
  ])('%d times, with ejectOnUnauthorized %s, is reported %d times and is %s', (length, given, reports, state) => {
    const { balancer, warnings } = told(given)
    for (const outcome of burst(length)) sendTo(balancer, 'a', outcome)
    expect(warnings.map(({ server }) => server)).toEqual(Array.from({ length: reports }, () => 'a'))
    expect(stateOf(balancer, 'a')).toBe(state)
  })

  test.each([
    ['a success', succeeded],
    ['a declined card', declined],
    ['a 429', { kind: 'overloaded', evidence: 'answered', status: 429 }],
    ['a 404', { kind: 'rejected', evidence: 'answered', status: 404 }],
    ['a 500', { kind: 'unknown', evidence: 'answered', status: 500 }],
    ['a 503', { kind: 'overloaded', evidence: 'answered', status: 503, retryAfterMs: 0 }],
  ] as const)('begins anew after %s', (_, other) => {
    const { balancer, warnings } = told(true)
    for (const outcome of [...burst(4), other, ...burst(4)]) sendTo(balancer, 'a', outcome)
    expect([warnings, stateOf(balancer, 'a')]).toEqual([[], 'healthy'])
    sendTo(balancer, 'a', unauthorized)
    expect([warnings.length, stateOf(balancer, 'a')]).toEqual([1, 'ejected'])
  })

  test.each([
    ['a caller who went away', callerGone],
    ['a refused connection', refusedConnection],
  ])('does not begin anew after %s, which is no answer', (_, other) => {
    const { balancer, warnings } = told(undefined)
    for (const outcome of [...burst(4), other, unauthorized]) sendTo(balancer, 'a', outcome)
    expect(warnings).toHaveLength(1)
  })

  test('is meant alone: with ejectOnUnauthorized other failures count as they always do', () => {
    const { balancer, warnings } = told(true)
    sendTo(balancer, 'a', refusedConnection, 2)
    sendTo(balancer, 'b', { kind: 'unknown', evidence: 'answered', status: 500 }, 4)
    expect([stateOf(balancer, 'a'), stateOf(balancer, 'b'), warnings]).toEqual(['healthy', 'healthy', []])
  })

  test('is reported once for each server', () => {
    const { balancer, warnings } = told(undefined)
    for (const id of ['a', 'b', 'a', 'b']) sendTo(balancer, id, unauthorized, 6)
    expect(warnings.map(({ server }) => server)).toEqual(['a', 'b'])
  })

  test('fails its probation with the next one', () => {
    const { balancer, clock } = told(true)
    sendTo(balancer, 'a', unauthorized, 5)
    clock.advance(12_000)
    sendTo(balancer, 'a', forbidden)
    expect(stateOf(balancer, 'a')).toBe('ejected')
  })

  test('is kept where the pool cannot do without it', () => {
    const { balancer } = told(true)
    for (const id of ['a', 'b', 'c']) sendTo(balancer, id, unauthorized, 20)
    expect(['a', 'b', 'c'].map((id) => stateOf(balancer, id))).toEqual(['ejected', 'healthy', 'healthy'])
  })
})
