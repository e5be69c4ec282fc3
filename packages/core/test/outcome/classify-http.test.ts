import { describe, expect, test } from 'vitest'
import { classifyHttp } from '../../src/index.ts'
import type { OutcomeKind } from '../../src/index.ts'
import { present } from '../support/present.ts'

interface Row {
  readonly safe: OutcomeKind
  readonly keyed: OutcomeKind
  readonly bare: OutcomeKind
}

const same = (kind: OutcomeKind): Row => ({ safe: kind, keyed: kind, bare: kind })

/* What differs from the rule for its hundred. */
const exceptions: Record<number, Row> = {
  202: same('pending'),
  401: same('unauthorized'),
  402: same('declined'),
  403: same('unauthorized'),
  408: same('unknown'),
  409: { safe: 'rejected', keyed: 'in-progress', bare: 'unknown' },
  421: same('refused'),
  422: { safe: 'rejected', keyed: 'key-misuse', bare: 'rejected' },
  425: same('refused'),
  429: same('overloaded'),
  499: same('unknown'),
  503: same('overloaded'),
}

const byHundred: Record<number, Row> = {
  1: same('unknown'),
  2: same('succeeded'),
  3: { safe: 'succeeded', keyed: 'unknown', bare: 'unknown' },
  4: same('rejected'),
  5: same('unknown'),
}

const hundreds = [1, 2, 3, 4, 5]
const statusesOf = (hundred: number): number[] => Array.from({ length: 100 }, (_, index) => hundred * 100 + index)

function tableOf(hundred: number, rowOf: (status: number) => Row): Record<number, Row> {
  return Object.fromEntries(statusesOf(hundred).map((status) => [status, rowOf(status)]))
}

describe('classifyHttp', () => {
  test.each(hundreds)('knows what each status of the %d00s means', (hundred) => {
    const seen = tableOf(hundred, (status) => ({
      safe: classifyHttp(status, { safe: true, keyed: false }),
      keyed: classifyHttp(status, { safe: false, keyed: true }),
      bare: classifyHttp(status, { safe: false, keyed: false }),
    }))
    expect(seen).toEqual(tableOf(hundred, (status) => exceptions[status] ?? present(byHundred[hundred])))
  })

  test('does not look at the key of a safe request', () => {
    const differing = hundreds
      .flatMap(statusesOf)
      .filter(
        (status) =>
          classifyHttp(status, { safe: true, keyed: true }) !== classifyHttp(status, { safe: true, keyed: false }),
      )
    expect(differing).toEqual([])
  })

  test.each([0, -1, 99, 600, 999, 200.5e9, Number.NaN, Infinity])(
    'calls the impossible status %d unknown',
    (status) => {
      expect(classifyHttp(status, { safe: false, keyed: true })).toBe('unknown')
    },
  )
})
