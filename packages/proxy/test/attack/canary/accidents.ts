import type { Socket } from 'node:net'
import { JournalUnavailableError, memoryJournal } from '@paylb/core'
import type { BalancerOptions } from '@paylb/core'
import { body, headers, hookMessage, key, secrets } from './secrets.ts'

/* Every way in which a payment goes wrong, through whichever door it came. */

/** What both doors can be told. */
type Options = Partial<BalancerOptions> & {
  readonly timeouts?: { readonly headMs?: number; readonly totalMs?: number }
  readonly requireKey?: boolean
  readonly generateKey?: () => string
  readonly onAttempt?: () => Record<string, string>
}

/** One call of a payment. */
export interface Call {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Something that goes wrong. */
export interface Accident {
  readonly what: string
  /** What the server does with each whole request; undefined: nobody is there. */
  readonly server: ((socket: Socket) => void) | undefined
  readonly options?: Options
  readonly calls?: readonly Call[]
  /** The calls are made at once. */
  readonly isAtOnce?: boolean
  /** What the middleware answers to the last call, or to any of those made at once. */
  readonly status: number
}

const keyed: Call = { headers: { ...headers, 'Idempotency-Key': key }, body }
const timeouts = { headMs: 80, totalMs: 160 }

const secretFields = `Set-Cookie: s=${secrets.answerCookie}\r\nX-Token: ${secrets.answerHeader}\r\n`
const whole = `HTTP/1.1 201 ${secrets.reason}\r\n${secretFields}Content-Length: ${secrets.answerBody.length}\r\n\r\n${secrets.answerBody}`

const says =
  (text: string) =>
  (socket: Socket): void =>
    void socket.end(Buffer.from(text, 'latin1'))
const silent = (): void => {}
const resets = (socket: Socket): void => void socket.resetAndDestroy()

function fails(): never {
  throw new Error(hookMessage)
}

function brokenJournal(): NonNullable<BalancerOptions['journal']> {
  const journal = memoryJournal()
  journal.begin = () => Promise.reject(new JournalUnavailableError('the disk is full'))
  return journal
}

export const accidents: readonly Accident[] = [
  { what: 'nobody is there', server: undefined, status: 503 },
  { what: 'a reset', server: resets, calls: [keyed], status: 502 },
  { what: 'silence', server: silent, options: { timeouts }, calls: [keyed], status: 504 },
  { what: 'a cut answer', server: says(whole.slice(0, -4)), status: 502 },
  { what: 'a cut head', server: says(whole.slice(0, 60)), status: 502 },
  { what: 'an answer that is none', server: says(`${secrets.reason} ${secrets.answerBody}\r\n\r\n`), status: 502 },
  {
    what: 'two lengths',
    server: says(whole.replace('Content-Length', 'Content-Length: 3\r\nContent-Length')),
    status: 502,
  },
  { what: 'a NUL in a field', server: says(whole.replace('X-Token: ', 'X-Token: \0')), status: 502 },
  { what: 'an unasked upgrade', server: says(whole.replace('201', '101')), status: 502 },
  { what: 'no key', server: says(whole), options: { requireKey: true }, status: 400 },
  { what: 'a key for another request', server: resets, calls: [keyed, { ...keyed, body: '{}' }], status: 422 },
  {
    what: 'a payment in progress',
    server: silent,
    options: { timeouts },
    calls: [keyed, keyed],
    isAtOnce: true,
    status: 409,
  },
  {
    what: 'a full queue',
    server: silent,
    options: { timeouts, maxInFlight: 1 },
    calls: [{ headers, body }, keyed],
    isAtOnce: true,
    status: 503,
  },
  {
    what: 'a journal out of order',
    server: says(whole),
    options: { journal: brokenJournal() },
    calls: [keyed],
    status: 503,
  },
  { what: 'a ledger that is gone', server: resets, calls: [keyed, keyed, keyed], status: 502 },
  { what: 'a hook that throws', server: says(whole), options: { onAttempt: fails }, status: 500 },
  { what: 'a key that cannot be made', server: says(whole), options: { generateKey: fails }, status: 500 },
  { what: 'an observer that throws', server: resets, options: { observer: { onPick: fails } }, status: 502 },
  { what: 'a classifier that throws', server: says(whole), options: { classify: fails }, calls: [keyed], status: 201 },
  { what: 'an asker that throws', server: resets, options: { reconcile: fails }, calls: [keyed], status: 502 },
  { what: 'a listener that throws', server: resets, options: { onUnknown: fails }, calls: [keyed], status: 502 },
]
