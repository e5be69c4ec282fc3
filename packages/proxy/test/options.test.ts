import { createBalancer, InvalidOptionsError } from '@paylb/core'
import { describe, expect, test } from 'vitest'
import { paylb } from '../src/index.ts'
import type { PaylbOptions } from '../src/index.ts'

/* A wrong option on a payment system must not be found out in an incident. */

const servers = ['http://127.0.0.1:1']

const wrong: readonly (readonly [name: string, options: object, message: string])[] = [
  ['an unknown option', { maxRetries: 3 }, 'maxRetries: unknown option; known options are servers, '],
  ['a misspelt option', { MaxBodyBytes: 3 }, 'MaxBodyBytes: unknown option; did you mean maxBodyBytes?'],
  ['an unknown timeout', { timeouts: { readMs: 3 } }, 'timeouts.readMs: unknown option; known options are connectMs'],
  ['a timeout of no time', { timeouts: { headMs: 0 } }, 'timeouts.headMs: 0 is not allowed; expected a finite number'],
  [
    'a timeout as text',
    { timeouts: { headMs: '1s' } },
    'timeouts.headMs: "1s" is not allowed; expected a finite number',
  ],
  ['timeouts that are no object', { timeouts: 5 }, 'timeouts: 5 is not allowed; expected an object'],
  [
    'a path filter without a slash',
    { pathFilter: 'payments' },
    'pathFilter: "payments" is not allowed; expected a path',
  ],
  ['an empty list of path filters', { pathFilter: [] }, 'pathFilter: an array of 0 is not allowed'],
  ['a wrong path in a list', { pathFilter: ['/a', 'b'] }, 'pathFilter: an array of 2 is not allowed'],
  ['a rewrite with a broken pattern', { pathRewrite: { '(': '' } }, 'pathRewrite: an object is not allowed; expected'],
  ['a rewrite to a number', { pathRewrite: { '^/a': 1 } }, 'pathRewrite: an object is not allowed; expected'],
  ['forward as text', { forward: 'no' }, 'forward: "no" is not allowed; expected true, false'],
  ['a negative size', { maxBodyBytes: -1 }, 'maxBodyBytes: -1 is not allowed; expected a whole number from 0'],
  ['a fraction of a byte', { maxAnswerBufferBytes: 0.5 }, 'maxAnswerBufferBytes: 0.5 is not allowed'],
  ['a size that is NaN', { maxReplayBytes: Number.NaN }, 'maxReplayBytes: NaN is not allowed'],
  ['a key field with a space', { keyHeader: 'Idempotency Key' }, 'keyHeader: "Idempotency Key" is not allowed'],
  ['requireKey as a number', { requireKey: 1 }, 'requireKey: 1 is not allowed; expected true, false'],
  [
    'another client abort',
    { onClientAbort: 'ignore' },
    'onClientAbort: "ignore" is not allowed; expected "detach", "cancel"',
  ],
  ['exposeServer as null', { exposeServer: null }, 'exposeServer: null is not allowed; expected true, false'],
  [
    'a replay buffer larger than any body',
    { maxReplayBytes: 2_000, maxBodyBytes: 1_000 },
    'maxReplayBytes: is above maxBodyBytes (1000); lower it, or raise maxBodyBytes',
  ],
  ['a health check without an object', { healthCheck: true }, 'healthCheck: true is not allowed; expected an object'],
  ['an unknown option of a health check', { healthCheck: { intervalMS: 5 } }, 'did you mean intervalMs?'],
  ['a health check that posts', { healthCheck: { method: 'POST' } }, 'healthCheck.method: "POST" is not allowed'],
  [
    'a wrong health check of a server',
    { servers: [{ url: 'http://127.0.0.1:1', healthCheck: { path: 'health' } }] },
    'servers[0].healthCheck.path: "health" is not allowed',
  ],
  [
    'a part of the time that is longer than the whole',
    { timeouts: { headMs: 6_000, totalMs: 5_000 } },
    'timeouts.headMs: 6000 is above timeouts.totalMs, which is 5000',
  ],
  [
    'a network that is none',
    { trustProxy: '10.0.0.0/8, nowhere' },
    'trustProxy: invalid IP address: nowhere; expected',
  ],
  ['half a hop', { trustProxy: 0.5 }, 'trustProxy: 0.5 hops; expected true, false, a number of hops'],
  ['hops below none', { trustProxy: -1 }, 'trustProxy: -1 hops; expected'],
  ['trust in an object', { trustProxy: { '127.0.0.1': true } }, 'trustProxy: an object is not allowed'],
  ['preserveHost as text', { preserveHost: 'yes' }, 'preserveHost: "yes" is not allowed; expected true, false'],
  ['a wrong server', { servers: ['ftp://10.0.0.1'] }, 'servers[0].url: "ftp://10.0.0.1" is not allowed'],
  ['no servers', { servers: [] }, 'servers: an array of 0 is not allowed; expected an array of at least one server'],
]

describe('a wrong option is refused when the handler is made, by its path, its value and what is allowed', () => {
  test.for(wrong)('%s', ([, options, message]) => {
    const make = () => paylb({ servers, ...options } as unknown as PaylbOptions)
    expect(make).toThrow(InvalidOptionsError)
    expect(make).toThrow(message)
  })

  test.for([undefined, null, 'http://127.0.0.1:1', 5, ['http://127.0.0.1:1']])('options that are %s', (options) => {
    expect(() => paylb(options as unknown as PaylbOptions)).toThrow(InvalidOptionsError)
  })

  test("forward options beside a balancer may not hold the balancer's own", () => {
    const forwardOptions = { servers } as object
    expect(() => paylb(createBalancer({ servers }), forwardOptions)).toThrow(
      /servers: unknown option here; it belongs/u,
    )
  })

  test('a password in an option does not reach the message', () => {
    const withPassword = { servers: ['http://user:secret@127.0.0.1:1'] }
    expect(() => paylb(withPassword)).toThrow('servers[0].url')
    expect(() => paylb(withPassword)).not.toThrow(/secret/u)
  })
})

test('a small maxBodyBytes makes the replay buffer small too', async () => {
  await expect(paylb({ servers, maxBodyBytes: 1_000 }).close()).resolves.toBeUndefined()
})

test('an option that is undefined counts as not given', async () => {
  const options = { servers, timeouts: undefined, maxBodyBytes: undefined } as unknown as PaylbOptions
  await expect(paylb(options).close()).resolves.toBeUndefined()
})
