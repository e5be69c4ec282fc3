import { describe, expect, test } from 'vitest'
import { redactHeaders, redactText } from '../src/redact.ts'

describe('in a text', () => {
  test.each([
    ['card 4111111111111111 refused', 'card [redacted] refused'],
    ['card 4111 1111 1111 1111 123', 'card [redacted]'],
    ['4111-1111-1111-1111', '[redacted]'],
    ['378282246310005', '[redacted]'],
    ['order 123456789012', 'order 123456789012'],
    ['"cvc":"737"', '"cvc":"[redacted]"'],
    ['CVV2=0737', 'CVV2=[redacted]'],
    ['security code: 737', 'security code: [redacted]'],
    ['iban GB82WEST12345698765432.', 'iban [redacted].'],
    ['to NL91 ABNA 0417 1643 00,', 'to [redacted],'],
    ['Authorization: Bearer abc.def', 'Authorization: [redacted]'],
    ['sent with bearer abc.def, and more', 'sent with bearer [redacted], and more'],
    ['{"Set-Cookie":"a=b"}', '{"Set-Cookie":[redacted]'],
    ['http://user:pass@pay.example/x', 'http://[redacted]@pay.example/x'],
    ['connect ECONNREFUSED 127.0.0.1:8080', 'connect ECONNREFUSED 127.0.0.1:8080'],
    ['no answer within 15000 ms', 'no answer within 15000 ms'],
  ])('%s becomes %s', (text, expected) => {
    expect(redactText(text)).toBe(expected)
  })
})

test('of headers only those are shown that are known to be harmless', () => {
  const headers = { 'Content-Type': 'application/json', 'x-anything': 'secret', 'Idempotency-Key': '4111111111111111' }
  expect(redactHeaders(headers)).toEqual({
    'Content-Type': 'application/json',
    'x-anything': '[redacted]',
    'Idempotency-Key': '[redacted]',
  })
})
