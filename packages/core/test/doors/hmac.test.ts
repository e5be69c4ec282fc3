import { createHmac, hash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hmac } from '../../src/doors/hmac.ts'

const secrets = fc.uint8Array({ maxLength: 200 })
const lines = fc.string({ unit: 'binary', maxLength: 80 })
const bodies = fc.oneof(
  fc.constant(undefined),
  fc.uint8Array({ maxLength: 200 }),
  fc.uint8Array({ minLength: 4_000, maxLength: 4_200 }),
)

test('the HMAC is the one that Node makes, for secrets and messages of any length', () => {
  fc.assert(
    fc.property(secrets, fc.array(fc.tuple(lines, bodies), { minLength: 1, maxLength: 3 }), (secret, messages) => {
      for (const [line, body] of messages) {
        const expected = createHmac('sha256', secret)
          .update(line)
          .update(body ?? '')
          .digest('base64url')
        expect(hmac(secret, line, body, hash)).toBe(expected)
      }
    }),
    { seed: 7, numRuns: 500 },
  )
})
