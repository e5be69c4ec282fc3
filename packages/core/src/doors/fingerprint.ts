import type { Fingerprint } from '../failover/call.ts'
import { hmac } from './hmac.ts'
import type { Hash } from './hmac.ts'

/*
 * What tells a request from another one under the same key: an HMAC, so that a journal on disk holds nothing from which
 * a card number could be guessed. A body that is not whole in memory is left out, and the fingerprint says so. Core has
 * no cryptography: whoever calls brings it along.
 */

/** What is needed of `node:crypto`. */
export interface Cryptography {
  readonly hash: Hash
  randomBytes(length: number): Uint8Array
}

/** A request as it goes to a server. */
export interface Fingerprinted {
  readonly method: string
  /** Path and query. */
  readonly target: string
  /** The bytes, or anything else where they are not whole in memory. */
  readonly body: unknown
}

/**
 * The value is made when it is first read: of most payments in memory nobody ever compares it.
 *
 * @param secret the journal's own; without one a secret of this process, which nothing outlives
 */
export function fingerprintOf(
  { method, target, body }: Fingerprinted,
  secret: Uint8Array | undefined,
  crypto: Cryptography,
): Fingerprint {
  const bytes = body instanceof Uint8Array ? body : undefined
  let made: string | undefined
  return {
    get value() {
      return (made ??= hmac(secret ?? processSecret(crypto), `${method} ${target}\n`, bytes, crypto.hash))
    },
    isPartial: bytes === undefined && body !== undefined,
  }
}

const slot = Symbol.for('paylb.fingerprint-secret')

/*
 * One for all ways into a balancer: middleware, clients, and other copies of this package. With a secret each, a
 * payment that was begun through one and repeated through the other would look like another request.
 */
function processSecret(crypto: Cryptography): Uint8Array {
  const holder = globalThis as { [slot]?: Uint8Array }
  holder[slot] ??= crypto.randomBytes(32)
  return holder[slot]
}
