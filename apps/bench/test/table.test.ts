import { expect, test } from 'vitest'
import { readable, table } from '../src/report/table.ts'

test('columns are as wide as their widest cell, numbers stand on the right', () => {
  const lines = table(
    ['who', 'ns'],
    [
      ['short', '1'],
      ['longer name', '12 345'],
      ['nothing', ''],
    ],
  ).split('\n')
  expect(lines).toEqual([
    'who              ns',
    '-------------------',
    'short             1',
    'longer name  12 345',
    'nothing',
  ])
})

test.for([
  [0.5, '0.50'],
  [12.34, '12.3'],
  [345.6, '346'],
  [12_345.6, '12 346'],
  [1_234_567, '1 234 567'],
] as const)('%d reads %s', ([value, text]) => {
  expect(readable(value)).toBe(text)
})
