import { createBalancer, InvalidOptionsError } from '@paylb/core'
import { describe, expect, test } from 'vitest'

import { createHealthChecker, type HealthCheckerOptions } from '../../src/index.ts'

const servers = ['http://127.0.0.1:1']

const wrong: readonly (readonly [options: object, message: string])[] = [
  [{ healthCheck: { intervalMS: 5 } }, 'healthCheck.intervalMS: unknown option; did you mean intervalMs?'],
  [{ healthCheck: { uri: '/health' } }, 'healthCheck.uri: unknown option; known options are path, '],
  [{ healthCheck: true }, 'healthCheck: true is not allowed; expected an object'],
  [{ healthCheck: null }, 'healthCheck: null is not allowed'],
  [{ healthCheck: '/health' }, 'healthCheck: "/health" is not allowed'],
  [{ healthCheck: { path: 'health' } }, 'healthCheck.path: "health" is not allowed; expected a path'],
  [{ healthCheck: { path: 'http://evil.example/' } }, 'healthCheck.path: '],
  [{ healthCheck: { path: '/a b' } }, 'healthCheck.path: "/a b" is not allowed'],
  [{ healthCheck: { path: '/a\r\nx: y' } }, 'healthCheck.path: '],
  [{ healthCheck: { method: 'POST' } }, 'healthCheck.method: "POST" is not allowed; expected "GET", "HEAD", "OPTIONS"'],
  [{ healthCheck: { method: 'get' } }, 'healthCheck.method: "get" is not allowed'],
  [{ healthCheck: { intervalMs: 0 } }, 'healthCheck.intervalMs: 0 is not allowed'],
  [{ healthCheck: { timeoutMs: Number.NaN } }, 'healthCheck.timeoutMs: NaN is not allowed'],
  [{ healthCheck: { timeoutMs: '1s' } }, 'healthCheck.timeoutMs: "1s" is not allowed'],
  [{ healthCheck: { healthyAfter: 0 } }, 'healthCheck.healthyAfter: 0 is not allowed'],
  [{ healthCheck: { unhealthyAfter: 1.5 } }, 'healthCheck.unhealthyAfter: 1.5 is not allowed'],
  [{ healthCheck: { expectStatus: 99 } }, 'healthCheck.expectStatus: 99 is not allowed'],
  [{ healthCheck: { expectStatus: [] } }, 'healthCheck.expectStatus: an array of 0 is not allowed'],
  [{ healthCheck: { expectStatus: [200, '2xx'] } }, 'healthCheck.expectStatus: an array of 2 is not allowed'],
  [{ healthCheck: { jitter: 1.1 } }, 'healthCheck.jitter: 1.1 is not allowed'],
  [{ tls: { rejectUnauthorized: false } }, 'tls.rejectUnauthorized: unknown option'],
  [{ tls: 'strict' }, 'tls: "strict" is not allowed'],
  [{ random: 0.5 }, 'random: 0.5 is not allowed; expected a function'],
  [{ clock: { now: Date.now } }, 'clock: an object is not allowed; expected an object with now and sleep functions'],
  [{ intervalMs: 5_000 }, 'intervalMs: unknown option; known options are healthCheck, '],
]

describe('a wrong option is refused, by its path, its value and what is allowed', () => {
  test.each(wrong)('%j', (options, message) => {
    const make = (): unknown => createHealthChecker(createBalancer({ servers }), options)
    expect(make).toThrow(InvalidOptionsError)
    expect(make).toThrow(message)
  })
})

test.each([
  {},
  { healthCheck: undefined },
  { healthCheck: false },
  { healthCheck: {} },
  { healthCheck: { path: undefined } },
])('the options %j are allowed', async (options) => {
  const checker = createHealthChecker(createBalancer({ servers }), options as HealthCheckerOptions)
  await expect(checker.close()).resolves.toBeUndefined()
})
