import type { Outcome } from './outcome.ts'

/**
 * System error codes by which this machine says that it could not do its part: no socket, no memory, no network. No
 * server is to blame for them. They are words for health and for messages, never evidence of what was sent.
 */
export const localErrorCodes: ReadonlySet<unknown> = new Set([
  'EACCES',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENETDOWN',
  'ENETUNREACH',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EPERM',
])

/** Whether this machine could not do its part, as far as the error says; one who gives no error is believed. */
export function isLocalFailure({ trouble, error }: Outcome): boolean {
  if (trouble !== 'local') return false
  return error === undefined || localErrorCodes.has(codeOf(error)) || localErrorCodes.has(codeOf(causeOf(error)))
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}
