import { createServer } from 'node:http'
import { InvalidOptionsError } from '@paylb/core'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { paylb } from '../src/index.ts'
import type { AttemptRequest, PaylbOptions } from '../src/index.ts'
import { serve } from './support/serve.ts'

/* A function of the user's that fails before anything was sent costs one request, which was not executed. */

const wrong: readonly (readonly [name: string, options: object, message: string])[] = [
  [
    'generateKey as text',
    { generateKey: 'uuid' },
    'generateKey: "uuid" is not allowed; expected true, false, or a func',
  ],
  ['keyScope as text', { keyScope: 'x-tenant' }, 'keyScope: "x-tenant" is not allowed; expected a function'],
  ['onAttempt as an object', { onAttempt: {} }, 'onAttempt: an object is not allowed; expected a function'],
  [
    'one safe route without a list',
    { safeRoutes: '/quotes' },
    'safeRoutes: "/quotes" is not allowed; expected an array',
  ],
  ['a safe route without a slash', { safeRoutes: ['quotes'] }, 'safeRoutes: an array of 1 is not allowed'],
  ['everything as safe', { safeRoutes: ['/'] }, 'safeRoutes: an array of 1 is not allowed'],
  ['a method of everything as safe', { safeRoutes: ['POST /'] }, 'safeRoutes: an array of 1 is not allowed'],
  ['a method in lower case', { safeRoutes: ['put /customers'] }, 'safeRoutes: an array of 1 is not allowed'],
  ['a safe route with a query', { safeRoutes: ['/quotes?a=b'] }, 'safeRoutes: an array of 1 is not allowed'],
  [
    'keys that are both required and made',
    { requireKey: true, generateKey: true },
    'generateKey: contradicts requireKey',
  ],
]

test.for(wrong)('%s is refused when the handler is made', ([, options, message]) => {
  const make = () => paylb({ servers: ['http://127.0.0.1:1'], ...options } as unknown as PaylbOptions)
  expect(make).toThrow(InvalidOptionsError)
  expect(make).toThrow(message)
})

interface Asked {
  readonly answer: Response
  readonly server: ReturnType<typeof vi.fn>
  /** What the log was told. */
  readonly warnings: string
}

async function ask(options: Partial<PaylbOptions>, headers: Record<string, string> = {}): Promise<Asked> {
  const server = vi.fn<(url: string) => void>()
  const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  onTestFinished(() => emit.mockRestore())
  const url = await serve((request, response) => {
    server(request.url ?? '')
    response.end('paid')
  })
  const handler = paylb({ servers: [url, url.replace('127.0.0.1', 'localhost')], ledger: 'shared', ...options })
  onTestFinished(() => handler.close())
  const answer = await fetch(await serve(handler), { method: 'POST', body: 'amount=1', headers })
  expect(handler.balancer.snapshot().inFlight).toBe(0)
  return { answer, server, warnings: emit.mock.calls.map(([message]) => String(message)).join('\n') }
}

function outOfOrder(): never {
  throw new Error('the secret of the shop')
}

const keyed = { 'idempotency-key': 'order-17' }
const failures: readonly (readonly [name: string, options: object, headers: Record<string, string>, logged: string])[] =
  [
    ['keyScope that throws', { keyScope: outOfOrder }, keyed, 'keyScope threw: the secret of the shop'],
    ['keyScope that returns nothing', { keyScope: () => undefined }, keyed, 'keyScope returned undefined'],
    ['keyScope that is async', { keyScope: async () => 'shop' }, keyed, 'keyScope returned a promise'],
    [
      'keyScope that is async and rejects',
      { keyScope: async () => outOfOrder() },
      keyed,
      'keyScope returned a promise',
    ],
    ['keyScope with control characters', { keyScope: () => 'shop\u00001' }, keyed, 'control characters'],
    ['generateKey that throws', { generateKey: outOfOrder }, {}, 'generateKey threw'],
    ['generateKey that returns a number', { generateKey: () => 17 }, {}, 'generateKey returned number'],
    ['generateKey that returns an empty key', { generateKey: () => '' }, {}, 'a key that is empty'],
    ['generateKey that returns a long key', { generateKey: () => 'k'.repeat(256) }, {}, 'longer than 255 bytes'],
    ['generateKey that returns a line break', { generateKey: () => 'a\nb' }, {}, 'visible ASCII'],
    ['generateKey that returns an umlaut', { generateKey: () => 'k\u00f6' }, {}, 'visible ASCII'],
    ['generateKey that returns a space at the end', { generateKey: () => 'k ' }, {}, 'ends with a space'],
    ['safeRoutes that throws', { safeRoutes: outOfOrder }, {}, 'safeRoutes threw'],
    ['safeRoutes that returns a word', { safeRoutes: () => 'yes' }, {}, 'safeRoutes returned string'],
    ['safeRoutes that is async', { safeRoutes: async () => true }, {}, 'safeRoutes returned a promise'],
    ['onAttempt that throws', { onAttempt: outOfOrder }, {}, 'onAttempt threw: the secret of the shop'],
    ['onAttempt that is async', { onAttempt: async () => ({}) }, {}, 'onAttempt returned a promise'],
    ['onAttempt that returns a word', { onAttempt: () => 'signature' }, {}, 'onAttempt returned string'],
    [
      'onAttempt that sets the key',
      { onAttempt: () => ({ 'Idempotency-Key': 'k' }) },
      {},
      'onAttempt set idempotency-key',
    ],
    [
      'onAttempt that sets a look-alike',
      { onAttempt: () => ({ idempotency_key: 'k' }) },
      {},
      'onAttempt set idempotency-key',
    ],
    [
      'onAttempt that sets the type of the body',
      { onAttempt: () => ({ 'content-type': 'a/b' }) },
      {},
      'set content-type',
    ],
    ['onAttempt that sets two lines', { onAttempt: () => ({ 'x-a': 'a\r\nhost: b' }) }, {}, 'no header value'],
    ['onAttempt that sets a number', { onAttempt: () => ({ 'x-a': 1 }) }, {}, 'no header value'],
    ['onAttempt that sets no name', { onAttempt: () => ({ 'x a': 'b' }) }, {}, 'no token'],
  ]

describe('what fails costs one request, which no server has seen, and only the log is told why:', () => {
  test.for(failures)('%s', async ([, options, headers, logged]) => {
    const { answer, server, warnings } = await ask(options, headers)
    expect([answer.status, answer.headers.get('paylb-outcome')]).toEqual([500, 'not-executed'])
    const problem = await answer.text()
    expect(JSON.parse(problem)).toMatchObject({ type: 'urn:paylb:internal', outcome: 'not-executed' })
    expect(problem).not.toMatch(/secret|onAttempt|keyScope/u)
    expect(warnings).toContain(logged)
    expect(server).not.toHaveBeenCalled()
  })
})

test('onAttempt that failed is not called again for the next server', async () => {
  const onAttempt = vi.fn<() => never>(outOfOrder)
  const { answer } = await ask({ onAttempt }, keyed)
  expect([answer.status, answer.headers.get('paylb-attempts')]).toEqual([500, '1'])
  expect(onAttempt).toHaveBeenCalledTimes(1)
})

test('onAttempt that fails after an attempt that may have been executed leaves the outcome unknown', async () => {
  const resetting = await serve((request) => request.socket.resetAndDestroy())
  let attempts = 0
  const onAttempt = () => {
    attempts += 1
    return attempts === 1 ? {} : outOfOrder()
  }
  const { answer, server } = await ask(
    { servers: [resetting, resetting.replace('127.0.0.1', 'localhost')], onAttempt },
    keyed,
  )
  expect([answer.status, answer.headers.get('paylb-outcome'), attempts]).toEqual([502, 'unknown', 2])
  expect(server).not.toHaveBeenCalled()
})

test('onAttempt sees what goes out, and can change none of it in place', async () => {
  const seen: AttemptRequest[] = []
  const bodies: string[] = []
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()))
    request.on('end', () => response.end(String(request.headers['x-signature'])))
  })
  onTestFinished(() => void server.close())
  const url = await serve((request, response) => void server.emit('request', request, response))
  const { answer } = await ask(
    {
      servers: [url],
      onAttempt: (request) => {
        seen.push(request)
        request.body?.fill(0)
        expect(() => Object.assign(request.headers, { host: 'evil' })).toThrow(TypeError)
        return { 'x-signature': `over ${request.body?.length} bytes` }
      },
    },
    keyed,
  )
  expect(await answer.text()).toBe('over 8 bytes')
  expect(bodies).toEqual(['amount=1'])
  expect(seen).toMatchObject([{ method: 'POST', target: '/', key: 'order-17' }])
  expect(seen[0]?.headers).toMatchObject({ 'idempotency-key': 'order-17' })
})

test.each([
  [true, 2],
  [false, 1],
])('safeRoutes as a function that says %s', async (isSafe, attempts) => {
  const resetting = await serve((request) => request.socket.resetAndDestroy())
  const safeRoutes = vi.fn<(request: { readonly url?: string | undefined }) => boolean>(() => isSafe)
  const servers = [resetting, resetting.replace('127.0.0.1', 'localhost')]
  const { answer } = await ask({ servers, safeRoutes })
  expect(answer.headers.get('paylb-attempts')).toBe(String(attempts))
  expect(safeRoutes).toHaveBeenCalledTimes(1)
})

test.each([
  ['requireKey', { requireKey: true }],
  ['keyScope', { keyScope: outOfOrder }],
])('a safe route is no payment: %s does not concern it', async (_, options) => {
  const { answer, server } = await ask({ ...options, safeRoutes: () => true }, {})
  expect(answer.status).toBe(200)
  expect(server).toHaveBeenCalledTimes(1)
})

test('a key that was made by a function is sent and told', async () => {
  const { answer } = await ask({
    generateKey: (request) => `order of ${request.headers.host?.length}`,
    keyHeader: 'X-Key',
  })
  expect(answer.headers.get('x-key')).toMatch(/^order of \d+$/u)
})
