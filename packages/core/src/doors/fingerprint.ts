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
 * The fingerprint of a request. Its value is made when it is first read: of most payments in memory nobody ever compares it.
 *
 * @param secret the journal's own; without one a secret of this process, which nothing outlives
 */
export function fingerprintOf(
  request: Fingerprinted,
  secret: Uint8Array | undefined,
  crypto: Cryptography,
): Fingerprint {
  return new LateFingerprint(request, secret, crypto)
}

/* A class, because an object with a getter of its own is a hidden class of its own, which only a full collection frees. */
class LateFingerprint implements Fingerprint {
  readonly #request: Fingerprinted
  readonly #secret: Uint8Array | undefined
  readonly #crypto: Cryptography
  #value: string | undefined

  constructor(request: Fingerprinted, secret: Uint8Array | undefined, crypto: Cryptography) {
    this.#request = request
    this.#secret = secret
    this.#crypto = crypto
  }

  get value(): string {
    return (this.#value ??= this.#make())
  }

  get isPartial(): boolean {
    return this.#body === undefined && this.#request.body !== undefined
  }

  #make(): string {
    const { method, target } = this.#request
    const secret = this.#secret ?? processSecret(this.#crypto)
    return hmac(secret, `${method} ${target}\n`, this.#body, this.#crypto.hash)
  }

  get #body(): Uint8Array | undefined {
    const { body } = this.#request
    return body instanceof Uint8Array ? body : undefined
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
