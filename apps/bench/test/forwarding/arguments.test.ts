import { expect, test } from 'vitest'
import { readArguments } from '../../src/forwarding/arguments.ts'

const names = ['ceiling', 'paylb', '@fastify/http-proxy']
const read = (...given: string[]): ReturnType<typeof readArguments> => readArguments(given, names)

test('without options it is the short run of everybody', () => {
  expect(read()).toMatchObject({ full: false, only: undefined, rounds: undefined, check: false })
})

test('--only takes names in one list or in several', () => {
  expect(read('--only', 'ceiling, paylb').only).toEqual(['ceiling', 'paylb'])
  expect(read('--only', 'paylb', '--only', '@fastify/http-proxy').only).toEqual(['paylb', '@fastify/http-proxy'])
})

test('files and lengths are taken as they are given', () => {
  const given = read('--full', '--rounds', '7', '--json', 'a.json', '--svg', 'a.svg')
  expect(given).toMatchObject({ full: true, rounds: 7, json: 'a.json', svg: 'a.svg' })
})

test.for([
  [['--quick'], /--quick/],
  [['--only', 'payl'], /no "payl"; there are ceiling, paylb/],
  [['--only', ''], /no ""/],
  [['--rounds', '0'], /from 1/],
  [['--rounds', 'many'], /many is no whole number/],
  [['--json'], /--json/],
  [['stray'], /stray/],
] as const)('%j is an error that says what is wrong', ([given, message]) => {
  expect(() => read(...given)).toThrow(message)
  expect(() => read(...given)).toThrow(TypeError)
})
