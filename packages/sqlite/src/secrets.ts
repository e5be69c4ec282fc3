import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { InvalidOptionsError } from '@paylb/core'
import type { Identity } from './identity.ts'

/*
 * Fingerprints are only worth comparing under one key. So a file remembers whether it keeps a secret of its own or was
 * begun with a given one, and does not open under another: every retry would look like a key that was used twice.
 */

const secretBytes = 32

/** What a file says about its secret. The check proves that a given one is the right one, without holding it. */
export type KeptSecret = Pick<Identity, 'secret' | 'secret_check'>

/** What a new file keeps. */
export function newSecret(given: Uint8Array | undefined): KeptSecret {
  const secret = given ?? randomBytes(secretBytes)
  return { secret: given === undefined ? secret : null, secret_check: checkOf(secret) }
}

/**
 * The secret to use.
 *
 * @throws InvalidOptionsError when the given one is not the one that the file was begun with
 */
export function secretOf(kept: KeptSecret, given: Uint8Array | undefined, file: string): Uint8Array {
  const secret = given ?? kept.secret
  if (secret === null) throw new InvalidOptionsError('secret', `${file} was begun with a secret: give the same one`)
  if (timingSafeEqual(checkOf(secret), kept.secret_check)) return secret
  throw new InvalidOptionsError('secret', `${file} was begun with another secret, or keeps one of its own`)
}

function checkOf(secret: Uint8Array): Buffer {
  return createHmac('sha256', secret).update('paylb journal').digest()
}
