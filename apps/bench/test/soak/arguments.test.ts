import { expect, test } from 'vitest'
import { readArguments } from '../../src/soak/arguments.ts'

test('it is five minutes through plain Node, if nothing is said', () => {
  expect(readArguments([])).toMatchObject({ seconds: 300, adapter: 'node', journal: 'memory', rate: 300 })
})

test.each([
  [['--seconds', '5'], /--seconds: 5/u],
  [['--adapter', 'hapi'], /there is no "hapi"; there are node, express, fastify, koa/u],
  [['--journal', 'redis'], /there is no "redis"/u],
  [['--rate', 'fast'], /--rate: fast/u],
  [['--minutes', '5'], /--minutes/u],
])('%j is refused, and the message says why', (given, message) => {
  expect(() => readArguments(given)).toThrow(message)
})
