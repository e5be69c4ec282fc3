import { expect, test } from 'vitest'
import { readUsualArguments } from '../src/report/usual-arguments.ts'

test('without arguments it is a short run that checks nothing', () => {
  expect(readUsualArguments([])).toEqual({ full: false, json: undefined, check: false, help: false })
})

test('an unknown option is refused', () => {
  expect(() => readUsualArguments(['--fast'])).toThrow(TypeError)
})
