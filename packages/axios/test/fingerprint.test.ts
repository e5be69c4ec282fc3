import { expect, test } from 'vitest'
import { fingerprintOf } from '../src/payments/fingerprint.ts'

/* The same vector stands in the tests of the proxy: both ways into a balancer must agree on what a request is. */

const secret = Buffer.from('a secret of thirty-two bytes....')
const request = { method: 'POST', target: '/charges?capture=no', body: Buffer.from('{"amount":1000}') }

test('a fingerprint is an HMAC over method, path with query, and body', () => {
  const value = 'YrcH5AesMZt2EYqS9WNUW6w_TzvZW-spRy_57wn-VqQ'
  expect(fingerprintOf(request, secret)).toEqual({ value, isPartial: false })
})

test('a body that cannot be read beforehand makes it partial', () => {
  expect(fingerprintOf({ ...request, body: new FormData() }, secret)).toMatchObject({ isPartial: true })
})
