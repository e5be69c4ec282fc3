import { expect, test } from 'vitest'
import { readArguments } from '../../src/soak/arguments.ts'

test('it is five minutes through plain Node, if nothing is said', () => {
  expect(readArguments([])).toMatchObject({ seconds: 300, adapters: ['node'], journal: 'memory', rate: 300 })
})

test('a time is given in minutes or in seconds', () => {
  expect(readArguments(['--minutes', '2']).seconds).toBe(120)
  expect(readArguments(['--seconds', '20']).seconds).toBe(20)
})

test('all adapters are soaked in turn', () => {
  expect(readArguments(['--adapter', 'all']).adapters).toEqual(['node', 'express', 'fastify', 'koa', 'axios'])
})

test.each([
  [['--seconds', '5'], /--seconds: 5/u],
  [['--minutes', '0'], /--minutes: 0/u],
  [['--minutes', '1', '--seconds', '60'], /not both/u],
  [['--adapter', 'hapi'], /there is no "hapi"; there are node, express, fastify, koa, axios, all/u],
  [['--journal', 'redis'], /there is no "redis"/u],
  [['--rate', 'fast'], /--rate: fast/u],
  [['--hours', '5'], /--hours/u],
])('%j is refused, and the message says why', (given, message) => {
  expect(() => readArguments(given)).toThrow(message)
  expect(() => readArguments(given)).toThrow(TypeError)
})
