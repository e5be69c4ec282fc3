import { expect, test } from 'vitest'
import {
  JournalConflictError,
  JournalError,
  JournalFullError,
  JournalUnavailableError,
  PaylbError,
} from '../../src/index.ts'

test.each([
  [new JournalUnavailableError('x'), 'JournalUnavailableError', 'unavailable', 'not-executed'],
  [new JournalFullError(3), 'JournalFullError', 'full', 'not-executed'],
  [new JournalConflictError('x'), 'JournalConflictError', 'conflict', 'unknown'],
])('%s says what it is, and what it means for the request', (error, name, problem, outcome) => {
  expect([error.name, error.journalProblem, error.outcome]).toEqual([name, problem, outcome])
  expect(PaylbError.isInstance(error)).toBe(true)
  expect(JournalError.isInstance(error)).toBe(true)
})

test('other errors are none of a journal', () => {
  expect(JournalError.isInstance(new PaylbError('internal', 'x'))).toBe(false)
  expect(JournalError.isInstance({ journalProblem: 'full' })).toBe(false)
})
