import { localErrorCodes } from '@paylb/core'
import type { Trouble } from '@paylb/core'
import { errors } from 'undici'

/*
 * Words for what went wrong. They steer health ("is it us or them?") and what a log says. They are never evidence:
 * whether a request may have been executed follows from the lifecycle of the attempt alone.
 */

/* What we ourselves have done wrong, in undici's words. */
const ownFaults: ReadonlySet<unknown> = new Set(['UND_ERR_CLOSED', 'UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED'])

/* undici's one error code for sockets covers both a closed connection and bytes that are no answer. */
const notAnAnswer = /^bad (?:response|upgrade)/u

/* And its parser's one error covers an answer that is wrong and one that stops. */
const endedEarly = /\(Invalid EOF state\)$/u

/** The word for an error that undici reported. `headSeen` tells a wrong length in a head from a body that broke off. */
export function troubleOf(error: unknown, headSeen: boolean): Trouble {
  if (error instanceof errors.HTTPParserError) return endedEarly.test(error.message) ? 'connection' : 'malformed'
  const code = codeOf(error)
  if (localErrorCodes.has(code) || ownFaults.has(code)) return 'local'
  if (code === 'UND_ERR_DESTROYED') return 'cancelled'
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'malformed'
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return headSeen ? 'connection' : 'malformed'
  if (error instanceof errors.SocketError) return notAnAnswer.test(error.message) ? 'malformed' : 'connection'
  return 'connection'
}

/** The error as it may be told. A parser's error holds the raw bytes it stumbled over, which may be card data. */
export function withoutBytes(error: unknown): unknown {
  return error instanceof errors.HTTPParserError ? new Error(error.message) : error
}

/** The `code` of a Node or undici error. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}
