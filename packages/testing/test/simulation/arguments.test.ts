import { expect, test } from 'vitest'
import { readArguments } from '../../src/simulation/command/arguments.ts'

const known = '--fleet, --load, --seed, --requests, --docs, --check, --help'

test.each([
  [['--sed', '3'], `--sed: unknown option; there are ${known}`],
  [['--sed=3'], `--sed=3: unknown option; there are ${known}`],
  [['-f', 'fleet.json'], `-f: unknown option; there are ${known}`],
  [['fleet.json'], "Unexpected argument 'fleet.json'"],
  [['--seed'], "Option '--seed <value>' argument missing"],
  [['--requests', 'many'], '--requests: many is not a number'],
  [['--load', '0.5'], '--load: is only for --fleet FILE'],
  [['--check', '--docs', 'x', '--fleet', 'fleet.json'], '--check: is only for the standard fleets'],
  [['--check'], '--check: needs --docs FOLDER'],
])('%j is refused: %s', (given, message) => {
  expect(() => readArguments(given)).toThrow(TypeError)
  expect(() => readArguments(given)).toThrow(message)
})

test('everything that there is is read', () => {
  const given = ['--fleet=f.json', '--load', '0.5', '--seed', '3', '--requests', '10', '--docs', 'x']
  expect(readArguments(given)).toEqual({
    fleet: 'f.json',
    loads: [0.5],
    seed: 3,
    requests: 10,
    docs: 'x',
    check: false,
    help: false,
  })
})
