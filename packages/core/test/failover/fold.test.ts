import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OutcomeKind, PaymentOutcome } from '../../src/index.ts'
import { fold, isOpen } from '../../src/failover/fold.ts'

const told: Record<OutcomeKind, PaymentOutcome> = {
  'not-sent': 'not-executed',
  refused: 'not-executed',
  incomplete: 'not-executed',
  overloaded: 'unknown',
  'in-progress': 'pending',
  'key-misuse': 'rejected',
  unknown: 'unknown',
  declined: 'declined',
  rejected: 'rejected',
  unauthorized: 'rejected',
  pending: 'pending',
  succeeded: 'succeeded',
}

const kinds = Object.keys(told) as OutcomeKind[]
const open: readonly OutcomeKind[] = ['unknown', 'in-progress', 'pending', 'overloaded']
const proveNothing = kinds.filter((kind) => !open.includes(kind) && kind !== 'succeeded')

const anyKind = fc.constantFrom(...kinds)
const holds = (rule: fc.IPropertyWithHooks<[OutcomeKind[], OutcomeKind]>): void =>
  fc.assert(rule, { seed: 21, numRuns: 2_000 })

describe('what may be told of a payment', () => {
  test('is not executed when nothing was sent', () => {
    expect(fold([])).toBe('not-executed')
  })

  test.each(kinds)('is by its name after one attempt: %s', (kind) => {
    expect(fold([kind])).toBe(told[kind])
  })

  test.each(kinds)('an attempt may be open: %s', (kind) => {
    expect(isOpen(kind)).toBe(open.includes(kind))
  })

  test.each(open.flatMap((first) => proveNothing.map((later) => [first, later] as const)))(
    'is unknown when %s is followed by %s',
    (first, later) => {
      expect(fold([first, later])).toBe('unknown')
    },
  )

  test.each(open)('is succeeded when %s is followed by a success', (first) => {
    expect(fold([first, 'succeeded'])).toBe('succeeded')
  })

  test.each(open)('is declined after %s only where the ledger replays everything', (first) => {
    expect(fold([first, 'declined'], { declineCloses: true })).toBe('declined')
    expect(fold([first, 'declined'], { declineCloses: false })).toBe('unknown')
  })

  test('is not executed when every attempt provably was not', () => {
    expect(fold(['not-sent', 'refused', 'not-sent'])).toBe('not-executed')
  })
})

describe('whatever the attempts', () => {
  test('an open one outweighs every later refusal', () => {
    const rule = fc.property(fc.array(anyKind), anyKind, (before, last) => {
      const isClosed = last === 'succeeded' || !before.some((kind) => isOpen(kind))
      return isClosed || ['unknown', 'pending'].includes(fold([...before, last]))
    })
    expect(() => holds(rule)).not.toThrow()
  })

  test('none is called executed or not on the word of an attempt before the last', () => {
    const rule = fc.property(fc.array(anyKind), anyKind, (before, last) => {
      const outcome = fold([...before, last])
      return outcome === told[last] || (outcome === 'unknown' && before.some((kind) => isOpen(kind)))
    })
    expect(() => holds(rule)).not.toThrow()
  })
})
