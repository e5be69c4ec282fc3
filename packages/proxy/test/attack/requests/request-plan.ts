import * as fc from 'fast-check'
import { damage, mostly, share } from '../support/damage.ts'
import type { Damage } from '../support/damage.ts'

/*
 * Plans of requests: well-formed ones, and those that two readers could read as two different requests. A plan says
 * everything but the number, which is given when its bytes are written: so plans can be played again and made smaller.
 */

/** A request to be written down. `#` stands for its number. */
export interface RequestPlan {
  readonly method: string
  readonly target: string
  readonly version: string
  readonly fields: readonly string[]
  readonly framing: string
  readonly bodyBytes: number
  readonly chunkBytes: number
  readonly extension: string
}

/** What one caller sends, and how its connection ends. */
export interface ConnectionPlan {
  readonly requests: readonly RequestPlan[]
  readonly damages: readonly Damage[]
  /** Where the bytes are taken apart, as shares of the whole. */
  readonly pieces: readonly number[]
  /** To Node a caller who half-closes has left: there are no answers any more. */
  readonly ending: 'stay' | 'half-close' | 'early'
}

const strangeTargets = [
  '/payments',
  '/payments?n=#',
  '/payments/?n=#&next=http://evil.example/../x',
  '/PAYMENTS/#',
  '/%70ayments/#',
  '/payments//evil.example/#',
  '//payments/#',
  '/payments/../admin/#',
  '/payments/a/%2e%2E/#',
  '/payments/a/.%2e/#',
  '/payments/%2e/#',
  '/payments/a%2f..%2f#',
  '/payments/a%5c..%5c#',
  '/payments/..;n/#',
  '/payments/%252e%252e/#',
  '/payments/a;b=c/#',
  '/payments/%2F#',
  '/payments\\#',
  '/payments/#%00',
  '/payments/#\u0080\u00ff',
  '/payments/#?a=%zz&b[]=\u00e4',
  '/payments-admin/#',
  'http://shop.example/payments/#',
  'HTTP://SHOP.example/payments/#?q',
  'http://evil.example/payments/#',
  'http://shop.example',
  'shop.example:80',
  '*',
  '/payments/#a#b',
]

const strangeFields = [
  'Host: evil.example',
  'Host: shop.example',
  'Idempotency-Key: another',
  'idempotency-key: "quoted-#"',
  'Idempotency-Key:',
  'Idempotency_Key: look-alike',
  'Connection: close',
  'Connection: close, X-Drop-Me',
  'X-Drop-Me: 1',
  'Connection: Idempotency-Key',
  'Connection: x-signature , Authorization',
  'Connection: keep-alive, Content-Length',
  'Connection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__',
  'Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAA',
  'Keep-Alive: timeout=5',
  'Proxy-Authorization: Basic AAAA',
  'TE: trailers, chunked;q=1',
  'Trailer: X-Signature',
  'Expect: 100-continue',
  'Expect: 200-ok',
  'Max-Forwards: 3',
  'X-Forwarded-For: 6.6.6.6',
  'X_Forwarded_For: 6.6.6.6',
  'Forwarded: for=6.6.6.6',
  'Via: 1.1 elsewhere',
  '__proto__: polluted',
  'constructor: polluted',
  'X-Empty:',
  'X-Space :a',
  ' X-Folded: a',
  'X-Folded: a\r\n  b',
  'X-Nul: a\0b',
  'X-Cr: a\rb',
  'X-Lf: a\nX-Smuggled: b',
  'X-Latin: \u00e4\u00ff',
  'X-Tab:\ta\tb\t',
  'no colon',
  ': no name',
  `X-Long: ${'x'.repeat(9_000)}`,
  `X-Huge: ${'x'.repeat(17_000)}`,
  `${'a:\r\n'.repeat(60)}X-Last: #`,
  'Content-Length: 3',
  'Content-Length: +3',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: \tchunked',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer_Encoding: chunked',
]

const framings = ['none', 'length', 'chunked', 'longer', 'shorter', 'both', 'endless'] as const

const method = fc.oneof(
  { weight: 6, arbitrary: fc.constant('POST') },
  { weight: 4, arbitrary: fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS') },
  { weight: 1, arbitrary: fc.constantFrom('TRACE', 'CONNECT', 'QUERY', 'post', 'PO ST', 'PRI', 'M-SEARCH') },
)

/* Mostly well-formed: what is refused at once proves little about what comes after it. */
const request: fc.Arbitrary<RequestPlan> = fc.record({
  method,
  target: mostly('/payments/charges/#?n=#', strangeTargets),
  version: mostly('HTTP/1.1', ['HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'HTTP/1.1 ', 'HTTP/01.1']),
  fields: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.array(fc.constantFrom(...strangeFields), { minLength: 1, maxLength: 2 }) },
  ),
  framing: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('length', 'chunked') },
    { weight: 1, arbitrary: fc.constantFrom(...framings) },
  ),
  bodyBytes: fc.constantFrom(0, 1, 30, 900, 3_000, 9_000),
  chunkBytes: fc.constantFrom(1, 7, 400, 4_000),
  extension: mostly('', [';a=b', ';a="b;\\"c"', ' ; a', ';', ';\u0080', ';a\nb', ';a=\0', '\t', 'x', ';'.repeat(200)]),
})

/** What one caller sends. */
export const connection: fc.Arbitrary<ConnectionPlan> = fc.record({
  requests: fc.array(request, { minLength: 1, maxLength: 4 }),
  damages: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(damage, { minLength: 1, maxLength: 3 }) },
  ),
  pieces: fc.array(share, { maxLength: 3 }),
  ending: fc.oneof(
    { weight: 6, arbitrary: fc.constant('stay' as const) },
    { weight: 1, arbitrary: fc.constantFrom('half-close' as const, 'early' as const) },
  ),
})
