import { describe, expect, test } from 'vitest'
import { adapterNames } from '../src/api/setup.ts'
import { commandOf, readArguments } from '../src/arguments.ts'

function read(commandLine: string) {
  return readArguments(commandLine.split(' ').filter(Boolean), () => 7)
}

describe('a command line', () => {
  test('without anything asks for a full run on every adapter with a new seed', () => {
    expect(read('')).toMatchObject({ adapters: adapterNames, payments: 20_000, seed: 7, ledgers: 'shared' })
  })

  test('--short asks for the two adapters that share the least', () => {
    expect(read('--short')).toMatchObject({ adapters: ['express', 'axios'], payments: 500, short: true })
    expect(read('--short --adapter all').adapters).toEqual(adapterNames)
  })

  test.each([
    ['--adapter hapi', /--adapter hapi: expected express, fastify, koa, node, axios or all/u],
    ['--ledgers three', /--ledgers three: expected shared, two, undeclared/u],
    ['--strategy best', /--strategy best: expected .*round-robin/u],
    ['--payments 0', /--payments 0: expected a whole number of at least 1/u],
    ['--payments 1e3', /--payments 1e3: expected a whole number/u],
    ['--seed 1.5', /--seed 1.5: expected a whole number/u],
    ['--minutes many', /--minutes many: expected a whole number/u],
    ['--color', /Unknown option '--color'/u],
    ['more', /Unexpected argument 'more'/u],
  ])('%s is refused with what is allowed', (commandLine, message) => {
    expect(() => read(commandLine)).toThrow(message)
  })

  test.each([
    '--adapter koa --payments 300 --seed 5 --ledgers two --minutes 1 --strategy random --no-reconcile --short',
    '--adapter axios --payments 20000 --seed 0 --ledgers shared',
  ])('%s is what plays the same run again', (commandLine) => {
    const given = read(commandLine)
    const again = commandOf(given, given.adapters[0] ?? '')
    expect(read(again.replace(/^chaos /u, ''))).toEqual(given)
  })
})
