import { InvalidOptionsError } from '@paylb/core'
import { compile } from 'proxy-addr'
import type { Trust } from './forwarded-fields.ts'

/**
 * Who is trusted: everybody (`true`), nobody (`false`), so many hops, addresses and networks (also `loopback`,
 * `linklocal`, `uniquelocal`, and several in one string with commas), or a function.
 */
export type TrustProxy = boolean | number | string | readonly string[] | Trust

/** @throws InvalidOptionsError */
export function compileTrust(given: TrustProxy | undefined): Trust | undefined {
  if (given === undefined || typeof given === 'function') return given
  if (typeof given === 'boolean') return () => given
  if (typeof given === 'number') return byHops(given)
  try {
    return compile(typeof given === 'string' ? given.split(',').map((one) => one.trim()) : [...given])
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error))
  }
}

function byHops(hops: number): Trust {
  if (!Number.isInteger(hops) || hops < 0) throw wrong(`${hops} hops`)
  return (_address, hop) => hop < hops
}

function wrong(problem: string): InvalidOptionsError {
  const allowed = 'true, false, a number of hops, addresses and networks such as 10.0.0.0/8 or loopback, or a function'
  return new InvalidOptionsError('trustProxy', `${problem}; expected ${allowed}`)
}
