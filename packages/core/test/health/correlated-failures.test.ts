import { describe, expect, test } from 'vitest'
import { CorrelatedFailures } from '../../src/health/correlated-failures.ts'
import type { Members } from '../../src/health/correlated-failures.ts'

const windowMs = 30_000

const of = (staying: number): Members => ({ staying, groups: [[undefined, staying]] })

function bad(freezeShare: number, members: string, stepMs = 0): CorrelatedFailures<string> {
  const failures = new CorrelatedFailures<string>({ windowMs, freezeShare })
  for (const [index, member] of members.split('').entries()) failures.wentBad(member, index * stepMs)
  return failures
}

describe('so many are bad that it is us', () => {
  test.each([
    ['', 3, false],
    ['a', 1, false],
    ['a', 2, false],
    ['ab', 2, true],
    ['ab', 3, true],
    ['ab', 4, false],
    ['abc', 4, true],
    ['abc', 5, true],
    ['abc', 6, false],
    ['abcd', 6, true],
    ['aaaa', 3, false],
  ])('when %j of %d went bad: %s', (members, servers, expected) => {
    expect(bad(0.5, members).isFrozenAt(0, of(servers))).toBe(expected)
  })

  test.each([
    [0, 'a', 10, false],
    [0, 'ab', 10, true],
    [0.2, 'ab', 10, false],
    [0.2, 'abc', 10, true],
    [1, 'abcdefghij', 10, false],
  ])('with a share of %d, when %j of %d went bad: %s', (freezeShare, members, servers, expected) => {
    expect(bad(freezeShare, members).isFrozenAt(0, of(servers))).toBe(expected)
  })

  test('only within one window, to the millisecond', () => {
    expect(bad(0.5, 'ab', 10_000).isFrozenAt(30_000, of(3))).toBe(true)
    expect(bad(0.5, 'ab', 10_000).isFrozenAt(30_001, of(3))).toBe(false)
    expect(bad(0.5, 'abc', 10_000).isFrozenAt(40_000, of(3))).toBe(true)
    expect(bad(0.5, 'abc', 10_000).isFrozenAt(40_001, of(3))).toBe(false)
  })

  test('counted from the last time that each went bad', () => {
    const failures = bad(0.5, 'abc', 10_000)
    failures.wentBad('a', 50_000)
    expect(failures.isFrozenAt(50_000, of(3))).toBe(true)
    expect(failures.isFrozenAt(50_001, of(3))).toBe(false)
  })

  test('no longer when one of them is good again', () => {
    const failures = bad(0.5, 'ab')
    failures.isGood('c', 0)
    expect(failures.isFrozenAt(0, of(3))).toBe(true)
    failures.isGood('b', 0)
    expect(failures.isFrozenAt(0, of(3))).toBe(false)
  })
})

describe('a failure of this machine', () => {
  test('freezes at once, for a tenth of a window', () => {
    const failures = bad(1, '')
    failures.failedLocally(1_000)
    expect([1_000, 3_999, 4_000].map((nowMs) => failures.isFrozenAt(nowMs, of(9)))).toEqual([true, true, false])
  })

  test('extends what an earlier one began', () => {
    const failures = bad(1, '')
    failures.failedLocally(1_000)
    failures.failedLocally(3_000)
    expect([5_999, 6_000].map((nowMs) => failures.isFrozenAt(nowMs, of(9)))).toEqual([true, false])
  })

  test('is not forgotten by a server that answers', () => {
    const failures = bad(1, '')
    failures.failedLocally(1_000)
    failures.isGood('a', 0)
    expect(failures.isFrozenAt(1_001, of(9))).toBe(true)
  })
})
