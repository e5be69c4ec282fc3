import * as fc from 'fast-check'
import { damage, mostly, share } from '../support/damage.ts'
import type { Damage } from '../support/damage.ts'

/*
 * Plans of answers that a malicious or broken server gives: well-formed ones, those that two readers could read
 * differently, and those with something before or after them that nobody has asked for.
 */

/** An answer to be written down. `#` stands for its caller's token. */
export interface AnswerPlan {
  /** Interim answers and other things that come first. */
  readonly before: readonly string[]
  readonly startLine: string
  readonly fields: readonly string[]
  readonly framing: string
  readonly bodyBytes: number
  readonly chunkBytes: number
  readonly extension: string
  readonly trailers: string
  /** What comes after the answer. */
  readonly surplus: string
  readonly damages: readonly Damage[]
  /** The share of the bytes that are sent. */
  readonly kept: number
  readonly pieces: readonly number[]
  readonly ending: 'stay' | 'end' | 'reset'
  /** Answers as soon as the head has come, while the body is still on its way. */
  readonly isEarly: boolean
}

/** One caller, and what its server answers. */
export interface Exchange {
  readonly method: 'POST' | 'GET' | 'HEAD'
  readonly bodyBytes: number
  readonly answer: AnswerPlan
}

/** What is played at once, what after it, and whether the server then speaks unasked. */
export interface AnswersPlan {
  readonly waves: readonly (readonly Exchange[])[]
  readonly speaksUnasked: boolean
}

const interim = 'HTTP/1.1 103 Early Hints\r\nLink: </#>\r\n\r\n'

const strangeBefore = [
  ['HTTP/1.1 100 Continue\r\n\r\n'],
  [interim],
  Array.from({ length: 16 }, () => interim),
  Array.from({ length: 17 }, () => interim),
  ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n'],
  ['HTTP/1.1 102 Processing\r\nContent-Length: 3\r\n\r\nabc'],
  ['\r\n'],
  ['\r\n\r\n\0'],
  ['HTTP/1.1 199\r\n\r\n'],
]

const strangeStartLines = [
  'HTTP/1.1 200',
  'HTTP/1.0 200 OK',
  'HTTP/1.1 402 Payment Required',
  'HTTP/1.1 409 Conflict',
  'HTTP/1.1 429 Too Many Requests',
  'HTTP/1.1 500 #',
  'HTTP/1.1 503 Service Unavailable',
  'HTTP/1.1 204 No Content',
  'HTTP/1.1 304 Not Modified',
  'HTTP/1.1 205 Reset Content',
  'HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/#',
  'HTTP/1.1 000 None',
  'HTTP/1.1 99 Small',
  'HTTP/1.1 1000 Large',
  'HTTP/1.1 999 Odd',
  'HTTP/1.1  200 Two spaces',
  'HTTP/1.1 200 \u00e4\u0080',
  'HTTP/1.1 200 a\0b',
  'HTTP/1.2 200 OK',
  'HTTP/2.0 200 OK',
  'HTTP/9.9 200 OK',
  'http/1.1 200 OK',
  'ICY 200 OK',
  'POST /payments/# HTTP/1.1',
]

const strangeFields = [
  'Content-Length: 3',
  'Content-Length: +3',
  'Content-Length: 3, 3',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Content-Length: 0x10',
  'Content-Length :5',
  'Transfer-Encoding: \u000bchunked',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: chunked, chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding: xchunked',
  'Connection: close',
  'Connection: keep-alive, Content-Length, X-Token',
  'Connection: upgrade\r\nUpgrade: websocket',
  'Keep-Alive: timeout=0',
  'Trailer: X-Token',
  'Set-Cookie: a=#\r\nSet-Cookie: b=#',
  'Paylb-Outcome: not-executed',
  'paylb-attempts: 7',
  '__proto__: #',
  'X-Folded: a\r\n b',
  'X-Nul: a\0b',
  'X-Cr: a\rX-Smuggled: b',
  'X-Lf: a\nX-Smuggled: b',
  'X-Split: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil',
  'X-Latin: \u00e4\u00ff',
  'no colon',
  ': no name',
  ` X-Space: a`,
  `X-Huge: ${'x'.repeat(70_000)}`,
  `${'a:\r\n'.repeat(2_500)}X-Last: #`,
]

const framings = ['none', 'longer', 'shorter', 'both', 'endless', 'two-lengths', 'negative', 'bare-chunks'] as const

const surpluses = [
  'HTTP/1.1 201 Created\r\nX-Token: #\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 201 Created\r\nX-Token: #\r\nContent-Length: 16\r\n\r\n#',
  'HTTP/1.1 103 Early Hints\r\n\r\n',
  'HTTP/1.1 2',
  '\r\n',
  '\r\n\r\n',
  '\0',
  '0\r\n\r\n',
  'X',
  'x'.repeat(70_000),
]

const extensions = [';a=b', ';a="\r\n"', ';', ' ', ';\u0080', ';a\nb', '\0', 'g', ';'.repeat(20_000)]
const trailers = [
  'X-Token: #\r\n',
  'Content-Length: 3\r\n',
  'bad trailer\r\n',
  'X: a\0b\r\n',
  `X: ${'x'.repeat(20_000)}\r\n`,
]

const answer: fc.Arbitrary<AnswerPlan> = fc.record({
  before: mostly<readonly string[]>([], strangeBefore),
  startLine: mostly('HTTP/1.1 201 Created', strangeStartLines),
  fields: mostly<readonly string[]>(
    [],
    strangeFields.map((field) => [field]),
  ),
  framing: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('length', 'chunked') },
    { weight: 1, arbitrary: fc.constantFrom(...framings) },
  ),
  bodyBytes: fc.constantFrom(0, 16, 900, 5_000),
  chunkBytes: fc.constantFrom(1, 7, 400, 4_000),
  extension: mostly('', extensions),
  trailers: mostly('', trailers),
  surplus: mostly('', surpluses),
  damages: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(damage, { minLength: 1, maxLength: 3 }) },
  ),
  kept: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: share }),
  pieces: fc.array(share, { maxLength: 3 }),
  ending: mostly<AnswerPlan['ending']>('stay', ['end', 'reset']),
  isEarly: mostly(false, [true]),
})

const exchange: fc.Arbitrary<Exchange> = fc.record({
  method: fc.constantFrom('POST', 'POST', 'GET', 'HEAD'),
  bodyBytes: fc.constantFrom(0, 30, 3_000),
  answer,
})

export const answersPlan: fc.Arbitrary<AnswersPlan> = fc.record({
  waves: fc.array(fc.array(exchange, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 2 }),
  speaksUnasked: mostly(false, [true]),
})
