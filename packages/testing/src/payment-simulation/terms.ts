import type { Scenario } from './scenario.ts'

/*
 * What the promise comes to with each kind of ledger. At most one execution per payment is only possible where the
 * ledger recognises a key whatever happened to the first request. A ledger that forgets failures, or that goes on
 * without its key store, executes a caller's own retry again: there the promise is one execution per request, since
 * paylb never makes a second attempt by itself.
 */

/** What must hold in a scenario. */
export interface Terms {
  /** Over what at most one execution is promised. A bare payment is one request. */
  readonly scope: 'payment' | 'request'
  /** paylb may send again by itself while an attempt is open. */
  readonly mayResend: boolean
  /** The same key may be sent at all while an attempt is open. */
  readonly recognisesKeys: boolean
}

/** The terms of a scenario. */
export function termsOf({ kind }: Scenario): Terms {
  const isFull = kind === 'shared' || kind === 'separate'
  return {
    scope: kind === 'failing-open' || kind === 'successes' ? 'request' : 'payment',
    mayResend: isFull,
    recognisesKeys: kind !== 'none',
  }
}
