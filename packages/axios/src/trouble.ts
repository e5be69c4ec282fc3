import { localErrorCodes } from '@paylb/core'
import type { Trouble } from '@paylb/core'

/*
 * Who is to blame for a request without an answer. Error codes may say that: it decides about health and about the
 * words of a message, never about whether the payment was sent.
 */

/* What Node says of a request that it cannot put into words of HTTP. */
const unwritable: ReadonlySet<string> = new Set([
  'ERR_HTTP_INVALID_HEADER_VALUE',
  'ERR_INVALID_CHAR',
  'ERR_INVALID_HTTP_TOKEN',
  'ERR_UNESCAPED_CHARACTERS',
])

/** Reads the blame from an error of a request that had begun. */
export function troubleOf(error: unknown): Trouble {
  const code = codeOf(error)
  if (localErrorCodes.has(code) || unwritable.has(code)) return 'local'
  if (/^(?:HPE_|Z_|ERR_HTTP_|ERR_INVALID_)/u.test(code)) return 'malformed'
  return exceedsOwnLimit(error) ? 'local' : 'connection'
}

/** Whether the answer was longer than the caller wants it. axios gives this error the code of a body that was cut. */
export function exceedsOwnLimit(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('maxContentLength')
}

function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}
