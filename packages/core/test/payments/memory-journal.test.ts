import { expect, test } from 'vitest'
import { InvalidOptionsError, memoryJournal } from '../../src/index.ts'

test.each([
  [{ maxEntries: 0 }, /maxEntries/u],
  [{ ttlMs: 0 }, /ttlMs/u],
  [{ keepsPins: 1 }, /keepsPins/u],
  [{ file: 'x' }, /file/u],
])('the options %j are refused', (options, problem) => {
  expect(() => memoryJournal(options as never)).toThrow(InvalidOptionsError)
  expect(() => memoryJournal(options as never)).toThrow(problem)
})

test('it has no secret, because its fingerprints end with the process', () => {
  expect(memoryJournal().secret).toBeUndefined()
})
