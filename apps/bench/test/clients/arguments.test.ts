import { expect, test } from 'vitest'
import { readArguments } from '../../src/clients/arguments.ts'

test('without options it is the short run of 30 rounds', () => {
  expect(readArguments([])).toMatchObject({ full: false, rounds: 30, json: undefined, check: false })
})

test('--full has more rounds, --rounds overrides them', () => {
  expect(readArguments(['--full']).rounds).toBe(100)
  expect(readArguments(['--full', '--rounds', '3']).rounds).toBe(3)
})

test.for([
  [['--quick'], /--quick/],
  [['--rounds', 'many'], /many is no whole number/],
  [['--rounds', '0'], /from 1/],
  [['--rounds', '2.5'], /whole number/],
  [['stray'], /stray/],
] as const)('%j is an error that says what is wrong', ([given, message]) => {
  expect(() => readArguments(given)).toThrow(message)
  expect(() => readArguments(given)).toThrow(TypeError)
})
