import { readFileSync } from 'node:fs'
import path from 'node:path'
import { balancerOptionNames, createBalancer } from '@paylb/core'
import type { BalancerOptions } from '@paylb/core'
import { paylb } from '@paylb/proxy'
import { describe, expect, test } from 'vitest'

/* The table of options in the README: whose each one is, as the packages themselves see it. */

const page = readFileSync(path.resolve(import.meta.dirname, '../../../README.md'), 'utf8')
const table = /^\| option .*?\n\n/msu.exec(page)?.[0] ?? ''
const rows = [...table.matchAll(/^\| (`\w+`(?:, `\w+`)*) +\| (balancer|door) +\|/gmu)]
const options = rows.flatMap(([, names = '', owner]) => [...names.matchAll(/\w+/gu)].map(([name]) => ({ name, owner })))
const namesOf = (owner: string): string[] => options.filter((one) => one.owner === owner).map(({ name }) => name)
const servers = ['http://127.0.0.1:4001']

test('every row says whose its options are', () => {
  const headAndRule = 2
  expect(rows).toHaveLength(table.trim().split('\n').length - headAndRule)
})

test('every option of a balancer is in the table, and nothing else is called one', () => {
  expect(namesOf('balancer').toSorted()).toEqual([...balancerOptionNames].toSorted())
})

test.each(namesOf('door'))('%s, given to a balancer, is told to belong to the door', (name) => {
  const given = { servers, [name]: true } as unknown as BalancerOptions
  expect(() => createBalancer(given)).toThrow(`${name}: unknown option here; it belongs to the door`)
})

describe('given to a door whose balancer was made before', () => {
  test.each(namesOf('balancer'))('%s is told to belong to the balancer', (name) => {
    const door = (): unknown => paylb(createBalancer({ servers }), { [name]: true })
    expect(door).toThrow(
      new RegExp(`^${name}: unknown option here; it belongs .*createBalancer\\(\\{ ${name} \\}\\)`, 'u'),
    )
  })
})
