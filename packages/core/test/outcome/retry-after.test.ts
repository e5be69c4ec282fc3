import { expect, test } from 'vitest'
import { readRetryAfter } from '../../src/outcome/classify-http.ts'

const nowMs = Date.UTC(2026, 10, 22, 12, 0, 0)

test.each([
  ['seconds', '7', 7_000],
  ['no seconds', '0', 0],
  ['seconds with spaces around them', '  7 ', 7_000],
  ['a year of seconds', '31536000', 300_000],
  ['more seconds than a number holds', '9'.repeat(400), 300_000],
  ['a date', 'Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
  ['a date of today’s second', 'Sun, 22 Nov 2026 12:00:00 GMT', 0],
  ['a date that has passed', 'Sat, 21 Nov 2026 12:00:00 GMT', 0],
  ['a date in a year', 'Mon, 22 Nov 2027 12:00:00 GMT', 300_000],
  ['a date in the form of RFC 850', 'Sunday, 22-Nov-26 12:00:30 GMT', 30_000],
  ['a date in the form of asctime, which is in GMT too', 'Sun Nov 22 12:00:30 2026', 30_000],
  ['nothing', '', undefined],
  ['no header', null, undefined],
  ['a negative number', '-7', undefined],
  ['a fraction', '1.5', undefined],
  ['an exponent', '1e3', undefined],
  ['a hexadecimal number', '0x10', undefined],
  ['a word', 'soon', undefined],
  ['words that a lenient parser takes for a date', 'Soon 5', undefined],
  ['a sentence with a year', 'Never, not before 2030', undefined],
  ['a date without a time', 'Sun, 22 Nov 2026', undefined],
  ['an ISO date', '2026-11-22T12:00:30Z', undefined],
  ['a date that does not exist', 'Sun, 99 Foo 2026 99:00:30 GMT', undefined],
  ['two values', '5, 10', undefined],
])('Retry-After: %s', (_, header, expected) => {
  expect(readRetryAfter(header, nowMs)).toBe(expected)
})
