import { isSafeMethod, PaylbError } from '@paylb/core'
import { byName, fields, hopByHop, type PaymentKey } from '@paylb/core/doors'
import type { Dispatcher } from 'undici'

import { flatFields } from './fields.ts'
import type { ClientSettings } from './options.ts'
import { paymentKeyOf } from './payment-key.ts'
import { pathOf, targetOf } from './target.ts'

/** A request that may go on: what will be sent, but for the body. */
export interface Admitted extends PaymentKey {
  readonly method: string
  readonly target: string
  /** A flat list of names and values. */
  readonly headers: readonly string[]
  /** The length of the body in bytes, where it was declared. */
  readonly bodyLength: number | undefined
  /** It may be executed twice: by its method, or because the user marked its route. */
  readonly isSafe: boolean
  readonly headMs: number
}

/* The first would open a tunnel past every rule; the second would show the caller what only servers should see. */
const refusedMethods: ReadonlySet<unknown> = new Set(['CONNECT', 'TRACE'])

/**
 * Whether a request is well-formed and allowed, and what of it goes on.
 *
 * @throws PaylbError with code `bad-request`; HookFailure when a function of the user's fails
 */
export function admit(options: Dispatcher.DispatchOptions, settings: ClientSettings): Admitted {
  const { method } = options
  if (typeof method !== 'string' || refusedMethods.has(method) || Boolean(options.upgrade)) {
    throw new PaylbError('bad-request', 'CONNECT, TRACE and upgrades cannot be balanced')
  }
  const target = targetOf(options)
  const given = flatFields(options.headers)
  const request = Object.freeze({ method, target, headers: byName(given) })
  const isSafe = isSafeMethod(method) || settings.isSafeRoute(method, pathOf(target), request)
  const payment = paymentKeyOf(request, given, isSafe, settings)
  const headers = passedOn(given)
  if (payment.isGenerated && payment.key !== undefined) headers.push(settings.keyHeader, payment.key)
  const bodyLength = lengthOf(request.headers['content-length'])
  return { method, target, headers, bodyLength, isSafe, headMs: headMsOf(options, settings), ...payment }
}

/* What belongs to the connection is the transport's. The host is that of the server, whatever stands for the pool. */
function passedOn(given: readonly string[]): string[] {
  const passed: string[] = []
  for (const [name, value] of fields(given)) {
    const field = name.toLowerCase()
    if (field === 'connection' && !/^\s*(?:keep-alive|close)\s*$/iu.test(value)) {
      throw new PaylbError('bad-request', 'a Connection header may name no other headers: they must reach the server')
    }
    if (field === 'expect') throw new PaylbError('bad-request', 'an Expect header is not supported')
    if (!hopByHop.has(field) && field !== 'host' && field !== 'content-length') passed.push(name, value)
  }
  return passed
}

function lengthOf(declared: string | undefined): number | undefined {
  if (declared === undefined) return undefined
  if (/^\d{1,15}$/u.test(declared)) return Number(declared)
  throw new PaylbError('bad-request', 'the Content-Length header must be one whole number')
}

/* undici's own option for one request. 0 switches its timer off, ours stays. */
function headMsOf({ headersTimeout }: Dispatcher.DispatchOptions, { timeouts }: ClientSettings): number {
  if (typeof headersTimeout !== 'number' || !(headersTimeout > 0)) return timeouts.headMs
  return Math.min(headersTimeout, timeouts.headMs)
}
