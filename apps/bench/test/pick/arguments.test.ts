import { expect, test } from 'vitest'
import { readArguments } from '../../src/pick/arguments.ts'

const names = ['round-robin', 'random', 'grpc-js/round-robin', 'grpc-js/weighted-round-robin']
const read = (...given: string[]): ReturnType<typeof readArguments> => readArguments(given, names)

test('without options it is the short run of everybody', () => {
  expect(read()).toMatchObject({ full: false, only: undefined, servers: [3, 100, 10_000], check: false })
})

test('--full has all five sizes, --n overrides them', () => {
  expect(read('--full').servers).toEqual([3, 10, 100, 1_000, 10_000])
  expect(read('--full', '--n', '10000,3,3').servers).toEqual([3, 10_000])
})

test('--only takes a strategy, a peer, or a package with all of its picks', () => {
  expect(read('--only', 'random', '--only', 'grpc-js').only).toEqual(['random', ...names.slice(2)])
})

test.for([
  [['--quick'], /--quick/],
  [['--only', 'round'], /no strategy or peer "round"; there are round-robin, random/],
  [['--n', '3,many'], /3,many is no list of whole numbers/],
  [['--n', '1'], /from 2 to/],
  [['--n', '2.5'], /whole numbers/],
  [['--n', ''], /whole numbers/],
  [['--n', '1000000'], /to 100000/],
  [['stray'], /stray/],
] as const)('%j is an error that says what is wrong', ([given, message]) => {
  expect(() => read(...given)).toThrow(message)
  expect(() => read(...given)).toThrow(TypeError)
})
