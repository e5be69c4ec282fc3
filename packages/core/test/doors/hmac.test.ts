import { createHmac, hash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hmac } from '../../src/doors/hmac.ts'

const bytes = fc.uint8Array({ maxLength: 200 })

test('the HMAC is the one that Node makes, for secrets and messages of any length', () => {
  fc.assert(
    fc.property(bytes, fc.array(bytes, { maxLength: 4 }), (secret, parts) => {
      const expected = createHmac('sha256', secret).update(Buffer.concat(parts)).digest('base64url')
      expect(hmac(secret, parts, hash)).toBe(expected)
      expect(hmac(secret, parts, hash)).toBe(expected) // a secret that is known already
    }),
    { seed: 7, numRuns: 500 },
  )
})
